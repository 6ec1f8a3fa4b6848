/**
 * SHA-256 (FIPS 180-4) of four messages at a time, as a WebAssembly module with 128-bit SIMD, written out by the code below.
 *
 * Each of the four 32-bit lanes of a vector carries one message, so a round costs four messages one instruction each
 * (Gueron–Krasnov, "Simultaneous hashing of multiple messages", eprint 2012/371). The module has 9 KB; emitting it here keeps the
 * build free of a binary that nobody can read. It holds no secret and is not hardened for one: it hashes sealed bytes.
 *
 * `hash(input, stride, blocks, groups, output)` takes `groups` times four padded messages of `blocks` blocks of 64 bytes, each
 * `stride` bytes after the one before, and writes their digests one after another.
 *
 * https://webassembly.github.io/spec/core/binary/
 */

/** Bytes at the start of the module's memory that the round constants take; messages lie behind them. */
export const constantsBytes = 256;

const initial = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

// FIPS 180-4 §4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes.
const constants = [
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
	0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
	0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
	0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
	0xc67178f2,
];

type Code = readonly number[];

// The function's parameters, then its local variables.
const [input, stride, blocks, groups, output] = [0, 1, 2, 3, 4];
const [pointer, left, round] = [5, 6, 7];
/** Working variables a to h, the chained hash, the message schedule, and what a round keeps for a moment. */
const [working, chained, schedule, sum, abXor, bcXor, lanes] = [8, 16, 24, 40, 41, 42, 43];
const vectors = 8 + 8 + 16 + 3 + 8;

/** The module's bytes. Its memory is imported as `env.memory`. */
export function emitModule(): Uint8Array<ArrayBuffer> {
	const i32 = 0x7f;
	const v128 = 0x7b;
	const body = [
		...vector([
			[...leb(3), i32],
			[...leb(vectors), v128],
		]),
		...hashCode(),
		0x0b,
	];
	return Uint8Array.from([
		...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
		...section(1, [[0x60, ...vector(Array.from({ length: 5 }, () => [i32])), 0]]),
		...section(2, [[...text('env'), ...text('memory'), 0x02, 0x00, 1]]),
		...section(3, [[0]]),
		...section(7, [[...text('hash'), 0x00, 0]]),
		...section(10, [[...leb(body.length), ...body]]),
		...section(11, [[0x00, ...i32Const(0), 0x0b, ...leb(constantsBytes), ...constants.flatMap(littleEndian)]]),
	]);
}

function hashCode(): Code {
	return loop([
		...range(8).flatMap((i) => [...i32Const(initial[i] ?? 0), ...simd(0x11), ...set(chained + i)]),
		...[...get(input), ...set(pointer), ...get(blocks), ...set(left)],
		...loop([
			...range(4).flatMap((quarter) => loadWords(quarter)),
			...range(8).flatMap((i) => [...get(chained + i), ...set(working + i)]),
			...[...get(working + 1), ...get(working + 2), ...xor, ...set(bcXor)],
			...[...i32Const(0), ...set(round)],
			...range(16).flatMap((i) => roundCode(i)),
			...[...i32Const(64), ...set(round)],
			...loop([
				...range(16).flatMap((i) => [...expandCode(i), ...roundCode(i)]),
				...[...get(round), ...i32Const(64), i32Add, ...tee(round), ...i32Const(256), i32LessThan],
			]),
			...range(8).flatMap((i) => [...get(working + i), ...get(chained + i), ...add, ...set(chained + i)]),
			...[...get(pointer), ...i32Const(64), i32Add, ...set(pointer)],
			...[...get(left), ...i32Const(1), i32Sub, ...tee(left)],
		]),
		...storeDigests(),
		...[...get(input), ...get(stride), ...i32Const(4), i32Mul, i32Add, ...set(input)],
		...[...get(output), ...i32Const(128), i32Add, ...set(output)],
		...[...get(groups), ...i32Const(1), i32Sub, ...tee(groups)],
	]);
}

/** Words 4·quarter to 4·quarter + 3 of the block at `pointer`, of each message one lane. */
function loadWords(quarter: number): Code {
	const rows = range(4).flatMap((lane) => [
		...[...get(pointer), ...get(stride), ...i32Const(lane), i32Mul, i32Add],
		...[...simd(0x00), 0, ...leb(16 * quarter), ...set(lanes + lane)],
	]);
	return [...rows, ...transpose(lanes, schedule + 4 * quarter)];
}

function storeDigests(): Code {
	return range(2).flatMap((half) => [
		...transpose(chained + 4 * half, schedule),
		...range(4).flatMap((lane) => [
			...[...get(output), ...get(schedule + lane)],
			...[...simd(0x0b), 0, ...leb(32 * lane + 16 * half)],
		]),
	]);
}

/** Four vectors as rows of 4 × 4 words, turned into its columns, the bytes of each word reversed. */
function transpose(from: number, to: number): Code {
	const low = [3, 2, 1, 0, 19, 18, 17, 16, 7, 6, 5, 4, 23, 22, 21, 20];
	const high = low.map((byte) => byte + 8);
	const first = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
	const second = first.map((byte) => byte + 8);
	const shuffle = (a: number, b: number, bytes: Code, result: number): Code => [
		...[...get(a), ...get(b), ...simd(0x0d), ...bytes, ...set(result)],
	];
	const half = lanes + 4;
	return [
		...shuffle(from, from + 1, low, half),
		...shuffle(from + 2, from + 3, low, half + 1),
		...shuffle(from, from + 1, high, half + 2),
		...shuffle(from + 2, from + 3, high, half + 3),
		...shuffle(half, half + 1, first, to),
		...shuffle(half, half + 1, second, to + 1),
		...shuffle(half + 2, half + 3, first, to + 2),
		...shuffle(half + 2, half + 3, second, to + 3),
	];
}

/** FIPS 180-4 §6.2.2 step 1 for t ≥ 16, in place: the schedule's sixteen words are a ring. */
function expandCode(i: number): Code {
	const word = (ahead: number): number => schedule + ((i + ahead) % 16);
	return [
		...get(word(0)),
		...[...rotate(word(1), 7), ...rotate(word(1), 18), ...xor, ...shift(word(1), 3), ...xor, ...add],
		...[...get(word(9)), ...add],
		...[...rotate(word(14), 17), ...rotate(word(14), 19), ...xor, ...shift(word(14), 10), ...xor, ...add],
		...set(word(0)),
	];
}

/** FIPS 180-4 §6.2.2 step 3. Instead of moving a to h along, each round names them one further back. */
function roundCode(i: number): Code {
	const [a, b, , d, e, f, g, h] = range(8).map((variable) => working + ((variable + 8 - (i % 8)) % 8)) as [
		...[number, number, number, number, number, number, number, number],
	];
	return [
		...[...get(h), ...rotate(e, 6), ...rotate(e, 11), ...xor, ...rotate(e, 25), ...xor, ...add],
		// Ch: f where e has a bit, else g.
		...[...get(f), ...get(g), ...get(e), ...simd(0x52), ...add],
		...[...get(round), ...simd(0x09), 2, ...leb(4 * i), ...add],
		...[...get(schedule + i), ...add, ...set(sum)],
		...[...get(d), ...get(sum), ...add, ...set(d)],
		// Maj = b ⊕ ((a ⊕ b) ∧ (b ⊕ c)), and this round's a ⊕ b is the next one's b ⊕ c.
		...[...get(a), ...get(b), ...xor, ...set(abXor)],
		...[...get(sum), ...rotate(a, 2), ...rotate(a, 13), ...xor, ...rotate(a, 22), ...xor, ...add],
		...[...get(b), ...get(abXor), ...get(bcXor), ...and, ...xor, ...add, ...set(h)],
		...[...get(abXor), ...set(bcXor)],
	];
}

const simd = (opcode: number): Code => [0xfd, ...leb(opcode)];
const [and, xor, or, add] = [simd(0x4e), simd(0x51), simd(0x50), simd(0xae)] as const;
const [i32Add, i32Sub, i32Mul, i32LessThan] = [0x6a, 0x6b, 0x6c, 0x49] as const;

const get = (local: number): Code => [0x20, ...leb(local)];
const set = (local: number): Code => [0x21, ...leb(local)];
const tee = (local: number): Code => [0x22, ...leb(local)];
const shift = (local: number, bits: number): Code => [...get(local), ...i32Const(bits), ...simd(0xad)];
const rotate = (local: number, bits: number): Code => [
	...[...shift(local, bits), ...get(local), ...i32Const(32 - bits), ...simd(0xab), ...or],
];

/** Repeats while what the code leaves on the stack is not zero. */
const loop = (code: Code): Code => [0x03, 0x40, ...code, 0x0d, 0, 0x0b];

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);
const littleEndian = (word: number): Code => range(4).map((i) => (word >>> (8 * i)) & 0xff);
const vector = (items: readonly Code[]): Code => [...leb(items.length), ...items.flat()];
const text = (name: string): Code => [...leb(name.length), ...new TextEncoder().encode(name)];

function section(id: number, items: readonly Code[]): Code {
	const bytes = vector(items);
	return [id, ...leb(bytes.length), ...bytes];
}

/** Unsigned LEB128. */
function leb(value: number): Code {
	return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}

/** `i32.const` with a signed LEB128. */
function i32Const(value: number): Code {
	const signed = (rest: number): Code => {
		const byte = rest & 0x7f;
		const next = rest >> 7;
		const isLast = (next === 0 && byte < 0x40) || (next === -1 && byte >= 0x40);
		return isLast ? [byte] : [byte | 0x80, ...signed(next)];
	};
	return [0x41, ...signed(value | 0)];
}
