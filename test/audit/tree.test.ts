import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { simdDigests, webCryptoDigests, type Digests, type Head } from '#lib/audit/tree/digests.ts';
import * as tree from '#lib/audit/tree/index.ts';
import { concat, equal, fromHex, toHex } from '#lib/bytes.ts';
import { refusal } from '../crypto/refusal.ts';
import { runs } from '../slow.ts';
import vectors from '../vectors/audit/trees.json' with { type: 'json' };
import { halvesOf, referencePath, referenceRecordRoot, referenceRoot } from './reference.ts';

const invalid = refusal('records.invalid-input');
const piece = (size: number) => Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 12)) & 0xff);
const audit = tree.auditOf;
const itself = (part: Uint8Array) => part;
const unhex = (text: string) => fromHex(text)!;
const sizes = fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 40_000 }));

/** Other bytes before each message. */
const headOf = (length: number): Head => ({
	length,
	write(into, offset, i) {
		for (let at = 0; at < length; at++) into[offset + at] = at * (i + 1);
	},
});

/** A piece, one of its halves, and what proves it. */
const proofs = fc.tuple(sizes, fc.nat()).map(async ([size, at]) => {
	const bytes = piece(size);
	const index = at % tree.halfCount(size);
	const { root } = await audit(bytes);
	const path = await tree.pathFrom(concat(...(await halvesOf(bytes))), index);
	return { bytes, root, proof: { size, index, bytes: bytes.slice(index * 512, (index + 1) * 512), path } };
});

describe('digests of many messages', () => {
	test('are SHA-256, for every length of padding and every number of messages', async () => {
		const simd = await simdDigests();
		await fc.assert(
			fc.asyncProperty(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 9 }), async (headBytes, bodyBytes, count) => {
				const bodies = piece(count * bodyBytes);
				const head = headOf(headBytes);
				expect(toHex(await simd(bodies, bodyBytes, head))).toBe(toHex(await webCryptoDigests(bodies, bodyBytes, head)));
			}),
			runs(60, 2000),
		); // prettier-ignore
	});

	test('are the same when there are more than one batch of them, and after shorter ones', async () => {
		const simd = await simdDigests();
		const bodies = piece(4099 * 64);
		await simd(new Uint8Array(57).fill(255), 19, headOf(1));
		expect(equal(await simd(bodies, 64, headOf(1)), await webCryptoDigests(bodies, 64, headOf(1)))).toBe(true);
	});

	test('of a message of no bytes, or of many, are refused', async () => {
		const simd: Digests = await simdDigests();
		expect(() => simd(new Uint8Array(9), 0, headOf(1))).toThrow(invalid);
		expect(() => simd(new Uint8Array(4096), 4096, headOf(1))).toThrow(invalid);
	});

	describe('where WebAssembly is refused', () => {
		afterEach(() => {
			vi.unstubAllGlobals();
			vi.resetModules();
		});

		test('come from WebCrypto, and are the same', async () => {
			vi.resetModules();
			let asked = 0;
			const instantiate = () => {
				asked++;
				return Promise.reject(new Error('refused by Content-Security-Policy'));
			};
			vi.stubGlobal('WebAssembly', { Memory: WebAssembly.Memory, instantiate });
			const fresh = await import('#lib/audit/tree/index.ts');
			const bytes = piece(70_000);
			const { root } = await fresh.auditOf(bytes);
			expect(asked).toBe(1);
			expect(toHex(root)).toBe(toHex(await referenceRoot(bytes)));
		});
	});
});

describe('the tree of a piece', () => {
	test.each(vectors.pieces)('of $size bytes has the root and proofs of its vector', async ({ size, root, proofs }) => {
		const built = await audit(piece(size));
		expect(toHex(built.root)).toBe(root);
		expect(built.proofs).toHaveLength(proofs.size);
		expect(toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', built.proofs)))).toBe(proofs.sha256);
	});

	test('is the one that RFC 9162 defines', async () => {
		await fc.assert(
			fc.asyncProperty(sizes, async (size) => {
				expect(toHex((await audit(piece(size))).root)).toBe(toHex(await referenceRoot(piece(size))));
			}),
			runs(60, 1000),
		);
	});

	test('comes out the same when it is built run by run', async () => {
		const bytes = piece(9 * 2 ** 20 + 700);
		const whole = await audit(bytes);
		expect(whole.proofs).toHaveLength(tree.layoutOf(bytes.length).bytes);
		await fc.assert(
			fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 }), async (lengths) => {
				const builder = tree.buildAudit(bytes.length, itself);
				let leaf = 0;
				for (const length of [...lengths, 37]) {
					const run = bytes.subarray(leaf * 1024, (leaf + length * 256) * 1024);
					if (run.length > 0) builder.add(tree.keepRun(await tree.hashRun(run, leaf), itself));
					leaf += length * 256;
				}
				const { root, proofs } = await builder.finish();
				expect(toHex(root)).toBe(toHex(whole.root));
				expect(equal(concat(...proofs), whole.proofs)).toBe(true);
			}),
			runs(10, 100),
		); // prettier-ignore
	});

	test('keeps nothing of a level that is not stored', async () => {
		const builder = tree.buildAudit(2 ** 20, ({ length }) => length);
		builder.add(tree.keepRun(await tree.hashRun(piece(2 ** 20), 0), ({ length }) => length));
		expect((await builder.finish()).proofs).toEqual([32 * 1024]);
	});

	test('changes its root with any one byte, with a byte more and with a byte less', async () => {
		await fc.assert(
			fc.asyncProperty(sizes, fc.nat(), fc.integer({ min: 1, max: 255 }), async (size, at, flip) => {
				const bytes = piece(size);
				const root = toHex((await audit(bytes)).root);
				const altered = bytes.slice();
				altered[at % size]! ^= flip;
				expect(toHex((await audit(altered)).root)).not.toBe(root);
				expect(toHex((await audit(concat(bytes, Uint8Array.of(0)))).root)).not.toBe(root);
				if (size > 1) expect(toHex((await audit(bytes.slice(0, -1))).root)).not.toBe(root);
			}),
			runs(30, 500),
		);
	});

	test('is refused for nothing, for runs of another size, and for a run that starts amid a leaf or a node', async () => {
		await expect(tree.hashLeaves(new Uint8Array(), 0)).rejects.toThrow(invalid);
		await expect(tree.hashLeaves(piece(10), 1)).rejects.toThrow(invalid);
		await expect(tree.hashLeaves(piece(10), -2)).rejects.toThrow(invalid);
		await expect(tree.hashLeaves(piece(10), 0.5)).rejects.toThrow(invalid);
		for (const leaf of [1, 255, 257, -256.5, Number.NaN])
			await expect(tree.hashRun(piece(10), leaf)).rejects.toThrow(invalid);
		await expect(tree.auditOf(new Uint8Array())).rejects.toThrow(invalid);
		for (const size of [0, -1, 1.5, 2 ** 53]) expect(() => tree.buildAudit(size, () => null)).toThrow(invalid);
		for (const size of [1024, 2049, 2 ** 20]) {
			const builder = tree.buildAudit(size, () => null);
			builder.add(tree.keepRun(await tree.hashRun(piece(2048), 0), () => null));
			await expect(builder.finish()).rejects.toThrow(invalid);
		}
		await expect(tree.buildAudit(1, () => null).finish()).rejects.toThrow(invalid);
	});
});

describe('the object of proofs', () => {
	test('holds every fourth level, the highest first, and the highest has at most 8192 hashes', () => {
		const kib = 1024;
		const shape = (size: number) =>
			tree.layoutOf(size).levels.map(({ height, nodes, start }) => [height, nodes, start]);
		expect(shape(1)).toEqual([[0, 1, 0]]);
		expect(shape(8192 * kib)).toEqual([[0, 8192, 0]]);
		expect(shape(8192 * kib + 1)).toEqual([
			[4, 513, 0],
			[0, 8193, 513 * 32],
		]);
		expect(shape(2 ** 40)).toEqual([
			[20, 1024, 0],
			[16, 16384, 1024 * 32],
			[12, 2 ** 18, (1024 + 16384) * 32],
			[8, 2 ** 22, (1024 + 16384 + 2 ** 18) * 32],
			[4, 2 ** 26, (1024 + 16384 + 2 ** 18 + 2 ** 22) * 32],
			[0, 2 ** 30, (1024 + 16384 + 2 ** 18 + 2 ** 22 + 2 ** 26) * 32],
		]);
	});

	test('has levels that lead to one another and to the root', async () => {
		const bytes = piece(8192 * 1024 + 5000);
		const { root, proofs } = await audit(bytes);
		const [upper, lower] = tree.layoutOf(bytes.length).levels;
		const top = proofs.subarray(upper!.start, upper!.start + upper!.nodes * 32);
		expect(toHex(await tree.pieceRoot(await tree.topOf(top), bytes.length))).toBe(toHex(root));
		for (const node of [0, 7, upper!.nodes - 1]) {
			const run = proofs.subarray(lower!.start + node * 16 * 32, lower!.start + (node + 1) * 16 * 32);
			expect(toHex(await tree.topOf(run))).toBe(toHex(top.subarray(node * 32, (node + 1) * 32)));
		}
	});
});

describe('a path', () => {
	test.each(vectors.proofs)('to $name: $holds', async ({ root, size, index, bytes, path, holds }) => {
		const proof = { size, index, bytes: unhex(bytes), path: path.map(unhex) };
		expect(await tree.verifyPath(unhex(root), proof)).toBe(holds);
	});

	test('leads from every half to the root, as RFC 9162 lays it', async () => {
		await fc.assert(
			fc.asyncProperty(proofs, async (made) => {
				const { bytes, root, proof } = await made;
				expect(proof.path.map(toHex)).toEqual((await referencePath(bytes, proof.index)).map(toHex));
				expect(await tree.verifyPath(root, proof)).toBe(true);
			}),
			runs(50, 1000),
		);
	});

	test('is refused for any altered byte, index or size', async () => {
		await fc.assert(
			fc.asyncProperty(proofs, fc.nat(), fc.integer({ min: 1, max: 255 }), fc.nat(200), async (made, at, flip, other) => {
				const { root, proof } = await made;
				const holds = (change: Partial<typeof proof>) => tree.verifyPath(root, { ...proof, ...change });
				const flipped = (bytes: Uint8Array) => bytes.with(at % bytes.length, bytes[at % bytes.length]! ^ flip);
				expect(await holds({ bytes: flipped(proof.bytes) })).toBe(false);
				if (other !== proof.index) expect(await holds({ index: other })).toBe(false);
				if (other !== proof.size) expect(await holds({ size: other })).toBe(false);
				expect(await holds({ size: proof.size + 1 })).toBe(false);
				const place = at % Math.max(1, proof.path.length);
				const hash = proof.path[place];
				if (hash) expect(await holds({ path: proof.path.with(place, flipped(hash)) })).toBe(false);
				expect(await tree.verifyPath(flipped(root), proof)).toBe(false);
			}),
			runs(50, 1000),
		); // prettier-ignore
	});

	test('is refused when it is cut short, longer, or out of order', async () => {
		await fc.assert(
			fc.asyncProperty(proofs, fc.nat(), async (made, at) => {
				const { root, proof } = await made;
				const { path } = proof;
				const holds = (changed: Uint8Array[]) => tree.verifyPath(root, { ...proof, path: changed });
				const place = at % (path.length + 1);
				expect(await holds(path.toSpliced(place, 0, path[place] ?? new Uint8Array(32)))).toBe(false);
				expect(await holds([...path, new Uint8Array()])).toBe(false);
				if (path.length > 0) {
					expect(await holds(path.toSpliced(place % path.length, 1))).toBe(false);
					expect(await holds(path.with(0, path[0]!.slice(1)))).toBe(false);
				}
				if (path.length > 1) expect(await holds([path[1]!, path[0]!, ...path.slice(2)])).toBe(false);
			}),
			runs(50, 1000),
		);
	});

	test('does not pass off a node as a half, though its two hashes fill one', async () => {
		const bytes = piece(4096);
		const { root } = await audit(bytes);
		const halves = await halvesOf(bytes);
		const path = await tree.pathFrom(concat(...halves), 0);
		const node = concat(halves[0]!, halves[1]!);
		for (const size of [64, 4096])
			expect(await tree.verifyPath(root, { size, index: 0, bytes: node, path: path.slice(1) })).toBe(false);
		const filled = concat(node, new Uint8Array(512 - node.length));
		expect(await tree.verifyPath(root, { size: 4096, index: 0, bytes: filled, path: path.slice(1) })).toBe(false);
	});

	test.each([
		['no size', { size: 0 }],
		['half a byte', { size: 2047.5 }],
		['a negative index', { index: -1 }],
		['half an index', { index: 0.5 }],
		['more bytes than a half', { bytes: piece(513) }],
		['no bytes', { bytes: piece(0) }],
	])('of %s is refused, not thrown at', async (_, change) => {
		const bytes = piece(2048);
		const { root } = await audit(bytes);
		const path = await tree.pathFrom(concat(...(await halvesOf(bytes))), 0);
		const proof = { size: 2048, index: 0, bytes: bytes.slice(0, 512), path };
		expect(await tree.verifyPath(root, proof)).toBe(true);
		expect(await tree.verifyPath(root, { ...proof, ...change })).toBe(false);
	});
});

describe('the root of a record', () => {
	const roots = vectors.pieces.map(({ root }) => unhex(root));

	test.each(vectors.records)('of $pieces pieces is its vector', async ({ pieces, root }) => {
		expect(toHex(await tree.recordRoot(roots.slice(0, pieces)))).toBe(root);
		expect(toHex(await referenceRecordRoot(roots.slice(0, pieces)))).toBe(root);
	});

	test('differs for other pieces, another order, and fewer of them', async () => {
		const seen = new Set<string>();
		const lists = [
			roots.slice(0, 3),
			roots.slice(0, 2),
			roots.slice(0, 4),
			roots.slice(1, 4),
			roots.slice(0, 3).reverse(),
		];
		for (const list of lists) seen.add(toHex(await tree.recordRoot(list))); // prettier-ignore
		expect(seen.size).toBe(lists.length);
	});

	test('is refused for no pieces and for roots of another length', async () => {
		await expect(tree.recordRoot([])).rejects.toThrow(invalid);
		await expect(tree.recordRoot([new Uint8Array(31)])).rejects.toThrow(invalid);
	});
});
