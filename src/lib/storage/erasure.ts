/**
 * The erasure code: a source becomes `n` shards of which any `k` restore it.
 *
 * Systematic Reed–Solomon over GF(2^8) with a Cauchy matrix (J. S. Plank, L. Xu, "Optimizing Cauchy Reed-Solomon Codes for
 * Fault-Tolerant Network Storage Applications", NCA 2006, §3), its rows and columns scaled so that the first of each holds
 * only ones: k = 1 gives copies, k = n − 1 one parity shard by XOR. Any k rows of the identity above such a matrix are
 * independent, as every square part of a Cauchy matrix is.
 *
 * Work goes stripe by stripe. A stripe is k chunks, each as large as a sealed piece's chunk holds; shard `j` takes the j-th. So
 * the first k shards together are the source itself, and any range of it is read without decoding. In the last stripe every
 * chunk has `ceil(rest / k)` bytes, the missing ones being zeros.
 */

import { plainChunkBytes } from '#lib/crypto/stream.ts';
import { AppError } from '#lib/errors.ts';

/** x^8 + x^4 + x^3 + x^2 + 1, of which x (2) is a generator. */
const polynomial = 0x11d;
const order = 255;
const exp = new Uint8Array(2 * order);
const log = new Uint8Array(order + 1);
for (let i = 0, x = 1; i < order; i++) {
	exp[i] = exp[i + order] = x;
	log[x] = i;
	x = x & 0x80 ? (x << 1) ^ polynomial : x << 1;
}
/** Row c: c times each byte. */
const products = Array.from({ length: order + 1 }, (_, c) =>
	Uint8Array.from({ length: order + 1 }, (_, b) => multiply(c, b)),
);

/** How many shards there are, and how many of them restore the source: 1 ≤ k ≤ n ≤ 128. */
export interface Code {
	readonly k: number;
	readonly n: number;
}

/** Bytes of one shard of a source. */
export function shardSize(size: number, k: number): number {
	const stripe = k * plainChunkBytes;
	const whole = Math.floor(size / stripe);
	return whole * plainChunkBytes + Math.ceil((size - whole * stripe) / k);
}

/** Bytes of each of the chunks of stripe `index` (from 0); less than full only in the last one. */
export function stripeChunkBytes(size: number, k: number, index: number): number {
	return Math.max(0, Math.min(plainChunkBytes, shardSize(size, k) - index * plainChunkBytes));
}

/** The `n` chunks of a stripe, to be read only: its own k, then those that can stand in for them. The bytes may be fewer than k chunks hold. */
export function encodeStripe(bytes: Uint8Array, { k, n }: Code, chunkBytes: number): Uint8Array[] {
	const data = Array.from({ length: k }, (_, j) => {
		const chunk = bytes.subarray(j * chunkBytes, (j + 1) * chunkBytes);
		if (chunk.length === chunkBytes) return chunk;
		const padded = new Uint8Array(chunkBytes);
		padded.set(chunk);
		return padded;
	});
	if (k === 1) return Array.from({ length: n }, () => data[0] ?? bytes);
	const parity = Array.from({ length: n - k }, (_, row) => combine(data, parityRow(row, k), chunkBytes));
	return [...data, ...parity];
}

/**
 * The k chunks of the stripe's own bytes, in order, from any k of its chunks; `chunks[i]` is of shard i, null where it is not at
 * hand. Throws `storage.too-few` where fewer than k are, and `storage.corrupt` where their lengths differ.
 */
export function decodeStripe(chunks: readonly (Uint8Array | null)[], { k }: Code): Uint8Array[] {
	const present = chunks.flatMap((chunk, index) => (chunk ? [{ index, chunk }] : [])).slice(0, k);
	const chunkBytes = present[0]?.chunk.length ?? 0;
	if (present.length < k) throw new AppError('storage.too-few', `Only ${present.length} of ${k} pieces are at hand.`);
	if (present.some(({ chunk }) => chunk.length !== chunkBytes))
		throw new AppError('storage.corrupt', 'Pieces of one file differ in length.');
	if (present.every(({ index }) => index < k)) return present.map(({ chunk }) => chunk);
	const inverse = invert(present.map(({ index }) => (index < k ? unitRow(index, k) : parityRow(index - k, k))));
	return Array.from({ length: k }, (_, j) => chunks[j] ?? combine(present.map(({ chunk }) => chunk), inverse[j] ?? [], chunkBytes)); // prettier-ignore
}

/** The sum of the chunks, each times its coefficient. */
function combine(chunks: readonly Uint8Array[], coefficients: readonly number[], length: number): Uint8Array {
	const sum = new Uint8Array(length);
	for (const [j, chunk] of chunks.entries()) {
		const coefficient = coefficients[j] ?? 0;
		if (coefficient === 0) continue;
		if (coefficient === 1) xorInto(sum, chunk);
		else {
			const row = products[coefficient] ?? sum;
			for (let i = 0; i < length; i++) sum[i] = (sum[i] ?? 0) ^ (row[chunk[i] ?? 0] ?? 0);
		}
	}
	return sum;
}

/** Four bytes at a time where the array lies so that it can be. */
function xorInto(sum: Uint8Array, chunk: Uint8Array): void {
	const words = chunk.byteOffset % 4 === 0 ? sum.length >> 2 : 0;
	const target = new Uint32Array(sum.buffer, sum.byteOffset, words);
	const source = words > 0 ? new Uint32Array(chunk.buffer, chunk.byteOffset, words) : target;
	for (let i = 0; i < words; i++) target[i] = (target[i] ?? 0) ^ (source[i] ?? 0);
	for (let i = words * 4; i < sum.length; i++) sum[i] = (sum[i] ?? 0) ^ (chunk[i] ?? 0);
}

/** Row `row` of the scaled Cauchy matrix 1 / (x_row + y_column) with y = 0 … k − 1 and x from k on. */
function parityRow(row: number, k: number): number[] {
	const cauchy = (i: number, j: number) => inverseOf((k + i) ^ j);
	const scaled = (i: number, j: number) => divide(cauchy(i, j), cauchy(0, j));
	return Array.from({ length: k }, (_, j) => divide(scaled(row, j), scaled(row, 0)));
}

function unitRow(index: number, k: number): number[] {
	return Array.from({ length: k }, (_, j) => (j === index ? 1 : 0));
}

/** Gauss–Jordan. Every matrix asked for here has an inverse. */
function invert(matrix: readonly number[][]): number[][] {
	const size = matrix.length;
	const rows = matrix.map((row, i) => [...row, ...unitRow(i, size)]);
	for (let column = 0; column < size; column++) {
		const pivot = rows.findIndex((row, i) => i >= column && row[column] !== 0);
		const [found] = rows.splice(pivot, 1);
		const scale = inverseOf(found?.[column] ?? 0);
		const unit = (found ?? []).map((value) => multiply(value, scale));
		rows.splice(column, 0, unit);
		for (const [i, row] of rows.entries()) {
			const factor = row[column] ?? 0;
			if (i === column || factor === 0) continue;
			rows[i] = row.map((value, j) => value ^ multiply(factor, unit[j] ?? 0));
		}
	}
	return rows.map((row) => row.slice(size));
}

function multiply(a: number, b: number): number {
	return a === 0 || b === 0 ? 0 : (exp[(log[a] ?? 0) + (log[b] ?? 0)] ?? 0);
}

function inverseOf(a: number): number {
	if (a === 0) throw new RangeError('Zero has no inverse.');
	return exp[order - (log[a] ?? 0)] ?? 0;
}

function divide(a: number, b: number): number {
	return multiply(a, inverseOf(b));
}
