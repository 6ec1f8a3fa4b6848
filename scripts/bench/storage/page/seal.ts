import { sealPieces } from '#lib/storage/seal-pieces.ts';
import { inOrder } from '#lib/storage/in-order.ts';
import { randomFile } from './random-file.ts';
import type { SealTimes } from '../seal.ts';

const code = { k: 1, n: 3 };
const mebibyte = 2 ** 20;
/** 1 KiB costs an audit tree twenty blocks of SHA-256 for its halves and two for its node, where its bytes alone cost sixteen. */
const auditShare = 22 / 16;
const chunksAtOnce = 8;

/** Milliseconds of sealing three copies, and of the same hashes and AES-GCM by WebCrypto alone, in turns. */
export async function measureSeal({ bytes, rounds }: { bytes: number; rounds: number }): Promise<SealTimes> {
	const source = await randomFile(bytes);
	const times: SealTimes = { seal: [], addresses: [], limit: [] };
	await seal(await randomFile(8 * mebibyte), { seal: [], addresses: [], limit: [] }); // starts the workers
	for (let round = 0; round < rounds; round++) {
		await seal(source, times);
		times.limit.push(await limit(bytes));
	}
	return times;
}

async function seal(source: File, times: SealTimes): Promise<void> {
	const key = crypto.getRandomValues(new Uint8Array(32));
	const start = performance.now();
	const pieces = await sealPieces(source, { key, code });
	times.addresses.push(performance.now() - start);
	await Promise.all(pieces.map(({ proofs }) => proofs()));
	times.seal.push(performance.now() - start);
}

/** As many bytes sealed once, hashed for addresses, and hashed for audits in calls of a megabyte, where calls cost nothing. */
async function limit(bytes: number): Promise<number> {
	const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt']);
	const segment = new Uint8Array(mebibyte / 4 - 16);
	const sealed = new Uint8Array(mebibyte);
	const leaves = new Uint8Array(Math.round(auditShare * mebibyte));
	const chunks = Array((code.n * bytes) / mebibyte).keys();
	const start = performance.now();
	const work = inOrder(chunks, chunksAtOnce, async (_, index) => {
		const ivs = Array.from({ length: 4 }, (_, i) =>
			Uint8Array.from({ length: 12 }, (__, at) => (4 * index + i) >> (8 * at)),
		);
		await Promise.all(ivs.map((iv) => crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, segment)));
		await Promise.all([crypto.subtle.digest('SHA-256', sealed), crypto.subtle.digest('SHA-256', leaves)]);
	});
	for await (const _ of work);
	return performance.now() - start;
}
