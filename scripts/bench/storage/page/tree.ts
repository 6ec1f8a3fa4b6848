import { buildAudit, hashLeaves } from '#lib/audit/tree/index.ts';
import { webCryptoDigests } from '#lib/audit/tree/digests.ts';
import { concat } from '#lib/bytes.ts';
import type { TreeSpeed } from '../tree.ts';

const mebibyte = 2 ** 20;
const rounds = 3;

/** The best of a few rounds of each way, over so many MiB. */
export async function measureTree(mebibytes: number): Promise<TreeSpeed> {
	const piece = new Uint8Array(mebibytes * mebibyte);
	for (let at = 0; at < piece.length; at += 65_536) crypto.getRandomValues(piece.subarray(at, at + 65_536));
	const mbps = async (work: () => Promise<unknown>): Promise<number> => {
		let best = Infinity;
		for (let i = 0; i < rounds; i++) {
			const start = performance.now();
			await work();
			best = Math.min(best, performance.now() - start);
		}
		return piece.length / 1000 / best;
	};
	const chunks = Array.from({ length: mebibytes }, (_, i) => piece.subarray(i * mebibyte, (i + 1) * mebibyte));
	return {
		simd: await mbps(async () => {
			const leaves = [];
			for (const [i, chunk] of chunks.entries()) leaves.push(await hashLeaves(chunk, 2048 * i));
			await buildAudit(concat(...leaves), piece.length);
		}),
		webCrypto: await mbps(() => webCryptoTree(piece)),
		plain: await mbps(async () => {
			for (const chunk of chunks) await crypto.subtle.digest('SHA-256', chunk);
		}),
	};
}

/** As many hashes of the same lengths. */
async function webCryptoTree(piece: Uint8Array): Promise<void> {
	await webCryptoDigests(piece, 512, { length: 9, write: (into, offset) => into.fill(1, offset, offset + 9) });
	await webCryptoDigests(piece.subarray(0, piece.length / 8), 64, { length: 1, write: (into, at) => (into[at] = 1) });
}
