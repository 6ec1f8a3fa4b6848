/**
 * Fetches an object from an IPFS node over bitswap with a node of its own, as any IPFS user could, and writes its bytes to a file:
 *
 *     node scripts/clouds/fetch-over-bitswap.ts MULTIADDR CID FOLDER
 *
 * prints the file's path.
 */
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { exitWith, Problem } from '../problem.ts';
import { codes, parseCid, walk } from './dag.ts';
import { startIpfsNode } from './ipfs-node.ts';
import { host } from './server.ts';

const timeoutMs = 60_000;

/** Fetches every block below the CID from the node at the multiaddr, and writes the bytes to `outDir/CID`; resolves with that path. */
export async function fetchOverBitswap(multiaddr: string, cid: string, outDir: string): Promise<string> {
	const root = parseCid(cid);
	if (!root) throw new Problem(`Not a CID: ${cid}.`);
	const signal = AbortSignal.timeout(timeoutMs);
	await mkdir(outDir, { recursive: true });
	const blocks = await mkdtemp(join(outDir, 'blocks-'));
	const node = await startIpfsNode({ folder: blocks, host });
	const path = join(outDir, cid);
	const file = await open(path, 'w');
	try {
		await node.dial(multiaddr, signal);
		for await (const block of walk(root, (address) => node.get(address, signal))) {
			if (block.cid.code !== codes.dagPb) await file.write(block.bytes);
		}
	} finally {
		await file.close();
		await node.stop();
		await rm(blocks, { recursive: true, force: true });
	}
	return path;
}

if (import.meta.main) {
	const [multiaddr, cid, outDir] = process.argv.slice(2);
	try {
		if (!multiaddr || !cid || !outDir) throw new Problem('Usage: fetch-over-bitswap.ts MULTIADDR CID FOLDER');
		console.log(await fetchOverBitswap(multiaddr, cid, outDir));
	} catch (error) {
		exitWith(error);
	}
}
