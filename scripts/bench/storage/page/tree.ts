import { buildAudit, hashRun, keepRun, leafBytes } from '#lib/audit/tree/index.ts';
import { webCryptoDigests } from '#lib/audit/tree/digests.ts';
import type { TreeSpeed } from '../tree.ts';

const mebibyte = 2 ** 20;
const rounds = 3;
const keep = (bytes: Uint8Array) => bytes;

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
			const builder = buildAudit(piece.length, keep);
			for (const [i, chunk] of chunks.entries())
				builder.add(keepRun(await hashRun(chunk, (i * mebibyte) / leafBytes), keep));
			await builder.finish();
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
