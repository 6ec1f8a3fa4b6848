/**
 * The KEM a second time, as docs/abe.md reads: plainly and slowly, with a pairing for each term, and no code of ours. It shares
 * with the fast one nothing but @noble/curves and @noble/hashes, and knows only well-formed input.
 */
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { g1BytesByHand, g2BytesByHand, gtByHand, gtBytesByHand, type G1Point, type G2Point } from './abe-by-hand.ts';

const { Fp12, Fr } = bls12_381.fields;
const [G1, G2] = [bls12_381.G1.Point, bls12_381.G2.Point];
const egg = bls12_381.pairing(G1.BASE, G2.BASE);
const text = (string: string) => new TextEncoder().encode(string);
const join = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const big = (bytes: Uint8Array) => bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
const bigEndian = (value: number | bigint, length: number) =>
	Uint8Array.from({ length }, (_, i) => Number((BigInt(value) >> BigInt(8 * (length - 1 - i))) & 255n));
const addressBytes = (address: string) => bigEndian(BigInt(address), 20);

/** Type, eight bytes of length, bytes: of the tag and of each part. */
const bind = (tag: string, ...parts: readonly (string | number | Uint8Array)[]) =>
	join(
		...[tag, ...parts].map((part) => {
			const bytes = typeof part === 'string' ? text(part) : typeof part === 'number' ? bigEndian(part, 8) : part;
			const type = typeof part === 'string' ? 's' : typeof part === 'number' ? 'n' : 'b';
			return join(text(type), bigEndian(bytes.length, 8), bytes);
		}),
	);
const toScalar = (bytes: Uint8Array) => (big(bytes) % (Fr.ORDER - 1n)) + 1n;
const times1 = (point: G1Point, e: bigint) => (Fr.create(e) === 0n ? G1.ZERO : point.multiply(Fr.create(e)));
const times2 = (point: G2Point, e: bigint) => (Fr.create(e) === 0n ? G2.ZERO : point.multiply(Fr.create(e)));
const pair = (a: G1Point, b: G2Point) => (a.is0() || b.is0() ? Fp12.ONE : bls12_381.pairing(a, b));
const powerGT = (a: typeof egg, e: bigint) => Fp12.pow(a, Fr.create(e));

const hashed = (DST: string, ...fields: readonly Uint8Array[]) =>
	bls12_381.G1.hashToCurve(join(...fields.flatMap((field) => [bigEndian(field.length, 8), field])), { DST });
const H = (gid: string) => hashed('AMANA-ABE-V01-USER-BLS12381G1_XMD:SHA-256_SSWU_RO_', text(gid));
function F(attribute: string) {
	const [name = '', epoch = '', authority = ''] = attribute.split(/[#@]/);
	const fields = [text(name), bigEndian(Number(epoch), 8), addressBytes(authority)];
	return hashed('AMANA-ABE-V01-ATTRIBUTE-BLS12381G1_XMD:SHA-256_SSWU_RO_', ...fields);
}

type Tree = string | { k: number; of: Tree[] };

/** Of a canonical text, in which parentheses part gates of different kinds. */
function read(policy: string): Tree {
	const words = policy.match(/[(),]|[^\s(),]+/g) ?? [];
	const gate = (): Tree => {
		const of = [item()];
		const word = words[0];
		while (words[0] === word && (word === 'and' || word === 'or')) {
			words.shift();
			of.push(item());
		}
		return of.length === 1 ? of[0]! : { k: word === 'or' ? 1 : of.length, of };
	};
	const item = (): Tree => {
		const word = words.shift()!;
		if (word !== '(' && words[0] !== 'of') return word;
		if (word === '(') {
			const inner = gate();
			words.shift();
			return inner;
		}
		const of: Tree[] = [];
		for (words.shift(); words[0] === '(' || words[0] === ',';) {
			words.shift();
			of.push(gate());
		}
		words.shift();
		return { k: Number(word), of };
	};
	return gate();
}
const leaves = (tree: Tree): string[] => (typeof tree === 'string' ? [tree] : tree.of.flatMap(leaves));
const coinsOf = (tree: Tree): number =>
	typeof tree === 'string' ? 0 : tree.of.reduce((sum, part) => sum + coinsOf(part), tree.k - 1);

/** Shares from left to right; takes coins off the list. */
function share(tree: Tree, secret: bigint, coins: bigint[]): bigint[] {
	if (typeof tree === 'string') return [secret];
	const { k, of } = tree;
	const own = coins.splice(0, k - 1);
	const value = (i: number) => {
		if (k === of.length) return i < k - 1 ? own[i]! : own.reduce((rest, coin) => Fr.sub(rest, coin), secret);
		return own.reduce((sum, coin, j) => Fr.add(sum, Fr.mul(coin, Fr.pow(BigInt(i + 1), BigInt(j + 1)))), secret);
	};
	return of.flatMap((part, i) => share(part, value(i), coins));
}

/** Rows and coefficients of the first branches that are met, in any number: not the cheapest. */
function choose(tree: Tree, has: (attribute: string) => boolean, first = 0): [number, bigint][] | null {
	if (typeof tree === 'string') return has(tree) ? [[first, 1n]] : null;
	let row = first;
	const met: [bigint, [number, bigint][]][] = [];
	tree.of.forEach((part, i) => {
		const rows = choose(part, has, row);
		row += leaves(part).length;
		if (rows && met.length < tree.k) met.push([BigInt(i + 1), rows]);
	});
	if (met.length < tree.k) return null;
	return met.flatMap(([x, rows]) => {
		const others = met.map(([point]) => point).filter((point) => point !== x);
		const factor = others.reduce((sum, point) => Fr.mul(sum, Fr.div(point, Fr.sub(point, x))), 1n);
		return rows.map(([index, c]): [number, bigint] => [index, tree.k === tree.of.length ? c : Fr.mul(c, factor)]);
	});
}

/** KeyGen. */
export function issue(secretKey: Uint8Array, gid: string, attribute: string): Uint8Array {
	const [alpha, y, coinKey, digest] = [21, 53, 85, 117].map((start) => secretKey.subarray(start, start + 32)) as [
		Uint8Array,
		Uint8Array,
		Uint8Array,
		Uint8Array,
	];
	const info = sha256(bind('amana/v1/abe/issue', gid, attribute));
	const t = toScalar(hkdf(sha256, coinKey, undefined, info, 48));
	const k = times1(G1.BASE, big(alpha))
		.add(times1(H(gid), big(y)))
		.add(times1(F(attribute), t));
	const names = [gid, attribute].map((name) => join(bigEndian(text(name).length, 2), text(name)));
	return join(Uint8Array.of(1), digest, ...names, g1BytesByHand(k), g2BytesByHand(times2(G2.BASE, t)));
}

/** Encapsulate, from step 2 on. `publicKeys` are by address. */
export function encapsulate(
	policy: string,
	publicKeys: ReadonlyMap<string, Uint8Array>,
	context: Uint8Array,
	seed: Uint8Array,
) {
	const tree = read(policy);
	const attributes = leaves(tree);
	const authorities = [...new Set(attributes.map((attribute) => attribute.split('@')[1]!))];
	const bodies = authorities.map((authority) => publicKeys.get(authority)!.subarray(21));
	const head = join(Uint8Array.of(1), bigEndian(text(policy).length, 2), text(policy), ...bodies); // 2
	const salt = sha256(bind('amana/v1/abe/coins', context, head)); // 3
	const scalar = (i: number) => toScalar(hkdf(sha256, seed, salt, bind('amana/v1/abe/coins', i), 48));
	const coins = coinsOf(tree);
	const list = (from: number, count: number) => Array.from({ length: count }, (_, i) => scalar(from + i));
	const [s, t] = [scalar(0), list(1, attributes.length)];
	const lambda = share(tree, s, list(1 + attributes.length, coins));
	const omega = share(tree, 0n, list(1 + attributes.length + coins, coins));
	const rows = attributes.map((attribute, x) => {
		const body = publicKeys.get(attribute.split('@')[1]!)!.subarray(21); // 4
		const [eggAlpha, g2y] = [gtByHand(body.subarray(0, 288)), G2.fromBytes(body.subarray(288))];
		return join(
			gtBytesByHand(Fp12.mul(powerGT(egg, lambda[x]!), powerGT(eggAlpha, t[x]!))),
			g2BytesByHand(times2(G2.BASE, -t[x]!)),
			g2BytesByHand(times2(g2y, t[x]!).add(times2(G2.BASE, omega[x]!))),
			g1BytesByHand(times1(F(attribute), t[x]!)),
		);
	});
	const open = join(head, ...rows, mask(seed, powerGT(egg, s))); // 5
	const derived = hkdf(sha256, seed, undefined, sha256(bind('amana/v1/abe/key', context, open)), 64); // 6
	const body = join(open, derived.subarray(32));
	const capsule = join(body, sha256(bind('amana/v1/abe/capsule', context, body)));
	return { key: derived.slice(0, 32), capsule };
}

/** Decapsulate; null for all that does not open. */
export function decapsulate(
	capsule: Uint8Array,
	gid: string,
	keys: ReadonlyMap<string, Uint8Array>,
	context: Uint8Array,
) {
	const length = Number(big(capsule.subarray(1, 3)));
	const policy = new TextDecoder().decode(capsule.subarray(3, 3 + length));
	const tree = read(policy);
	const attributes = leaves(tree);
	const authorities = [...new Set(attributes.map((attribute) => attribute.split('@')[1]!))];
	const start = 3 + length + 384 * authorities.length;
	const chosen = choose(tree, (attribute) => keys.has(attribute)); // 2
	if (!chosen) return null;
	const egs = chosen.reduce((product, [x, c]) => {
		const row = capsule.subarray(start + 528 * x, start + 528 * (x + 1)); // 3
		const key = keys.get(attributes[x]!)!;
		const [c2, c3] = [G2.fromBytes(row.subarray(288, 384)), G2.fromBytes(row.subarray(384, 480))];
		const [k, kPrime] = [G1.fromBytes(key.slice(-144, -96)), G2.fromBytes(key.slice(-96))];
		const terms = [
			gtByHand(row.subarray(0, 288)),
			pair(H(gid), c3),
			pair(k, c2),
			pair(G1.fromBytes(row.subarray(480)), kPrime),
		];
		return Fp12.mul(
			product,
			powerGT(
				terms.reduce((all, term) => Fp12.mul(all, term)),
				c,
			),
		);
	}, Fp12.ONE);
	const seed = mask(capsule.subarray(-96, -64), egs); // 4
	const publicKeys = new Map(
		authorities.map((authority, i) => {
			const body = capsule.subarray(3 + length + 384 * i, 3 + length + 384 * (i + 1));
			return [authority, join(Uint8Array.of(1), addressBytes(authority), body)];
		}),
	);
	const again = encapsulate(policy, publicKeys, context, seed); // 5
	return again.capsule.every((byte, i) => byte === capsule[i]) && again.capsule.length === capsule.length
		? again.key
		: null;
}

function mask(seed: Uint8Array, secret: typeof egg): Uint8Array {
	const pad = hkdf(sha256, gtBytesByHand(secret), undefined, bind('amana/v1/abe/pad'), 32);
	return seed.map((byte, i) => byte ^ pad[i]!);
}
