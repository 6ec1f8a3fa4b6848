/** Capsules that must not open: every element replaced by what it must not be, and everything around them changed. */
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { concat, toHex, utf8 } from '#lib/bytes.ts';
import { digestOf } from '#lib/crypto/abe/capsule.ts';
import { groupOrder } from '#lib/crypto/abe/scalar.ts';
import { g1BytesByHand, g2BytesByHand, gtByHand, gtBytesByHand } from '../crypto/abe-by-hand.ts';

interface Given {
	context: Uint8Array;
	/** Who opens, with keys for `attributes`. */
	gid: string;
	attributes: string[];
	/** A capsule with one row, which `attributes` open; another of the same policy; one of another policy with two rows; `or`, second row held. */
	one: Uint8Array;
	again: Uint8Array;
	and: Uint8Array;
	or: Uint8Array;
	policies: { one: string; and: string; or: string };
}

export interface Refusal {
	name: string;
	capsule: string;
	gid: string;
	attributes: string[];
	context: string;
	error: string;
}

const { Fp, Fp2, Fp12 } = bls12_381.fields;
const [P1, P2] = [bls12_381.G1.Point, bls12_381.G2.Point];

/** For each group: encodings that are no element of order r, by name. */
function wrongElements(): Record<'GT' | 'G2' | 'G1', [string, Uint8Array][]> {
	const any = Fp12.fromBigTwelve([1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n, 10n, 11n, 12n]);
	const unitary = Fp12.div(Fp12.conjugate(any), any);
	const cyclotomic = Fp12.mul(Fp12.frobeniusMap(unitary, 2), unitary);
	const smallOrder = Fp12.pow(cyclotomic, (Fp.ORDER ** 4n - Fp.ORDER ** 2n + 1n) / 4513n);
	const egg = bls12_381.pairing(P1.BASE, P2.BASE);
	const p = Fp.toBytes(Fp.ORDER - 1n).with(47, 0xab);
	const x = [1n, 2n, 3n, 4n, 5n, 6n, 7n].map((c0) => Fp2.fromBigTuple([c0, 1n]));
	const square = (c: (typeof x)[0]) => Fp2.add(Fp2.mul(Fp2.sqr(c), c), Fp2.fromBigTuple([4n, 4n]));
	const isSquare = (c: (typeof x)[0]) => Fp2.eql(Fp2.pow(square(c), (Fp2.ORDER - 1n) / 2n), Fp2.ONE);
	const [on, off] = [x.find(isSquare), x.find((c) => !isSquare(c))];
	if (!on || !off) throw new Error('No such points.');
	const outside = P2.fromAffine({ x: on, y: Fp2.sqrt(square(on)) });
	const ofG2 = (c: typeof on) => concat(Uint8Array.of(0x80), Fp.toBytes(c.c1).subarray(1), Fp.toBytes(c.c0));
	const outsideG1 = P1.fromAffine({ x: 4n, y: Fp.sqrt(68n) });
	return {
		GT: [
			['−1, all zeroes', new Uint8Array(288)],
			['of norm 1 only', gtBytesByHand(unitary)],
			['cyclotomic only', gtBytesByHand(cyclotomic)],
			['of order 4513', gtBytesByHand(smallOrder)],
			['of order 4513 · r', gtBytesByHand(Fp12.mul(egg, smallOrder))],
			['of order 2 · r', gtBytesByHand(Fp12.neg(egg))],
			['with a coordinate p', concat(gtBytesByHand(egg).subarray(0, 240), p)],
		],
		G2: [
			['the identity', new Uint8Array(96).with(0, 0xc0)],
			['all zeroes', new Uint8Array(96)],
			['outside the subgroup', g2BytesByHand(outside)],
			['a member plus what is outside', g2BytesByHand(outside.add(P2.BASE))],
			['off the curve', ofG2(off)],
			['with a coordinate p', concat(P2.BASE.toBytes().subarray(0, 48), p)],
			['without the flag of compression', P2.BASE.toBytes().with(0, 0x13)],
		],
		G1: [
			['the identity', new Uint8Array(48).with(0, 0xc0)],
			['all zeroes', new Uint8Array(48)],
			['outside the subgroup', g1BytesByHand(outsideG1)],
			['a member plus what is outside', g1BytesByHand(outsideG1.add(P1.BASE))],
			['off the curve', new Uint8Array(48).with(0, 0x80).with(47, 1)],
			['with a coordinate p', p.with(0, (p[0] ?? 0) | 0x80)],
			['without the flag of compression', P1.BASE.toBytes().with(0, 0x17)],
		],
	};
}

export async function makeRefusals(given: Given): Promise<Refusal[]> {
	const { context, gid, attributes, one, again, and, or, policies } = given;
	const refusals: Refusal[] = [];
	const add = (name: string, capsule: Uint8Array, where = context, error = 'crypto.invalid-capsule') => {
		refusals.push({ name, capsule: toHex(capsule), gid, attributes, context: toHex(where), error });
	};
	/** As an attacker would, who needs no secret for it. */
	const fit = async (bytes: Uint8Array, where = context) =>
		concat(bytes.subarray(0, -32), await digestOf(bytes.subarray(0, -32), where));
	const put = (capsule: Uint8Array, offset: number, bytes: Uint8Array) => {
		const changed = Uint8Array.from(capsule);
		changed.set(bytes, offset);
		return fit(changed);
	};

	const row = 3 + policies.one.length + 384;
	const slots = [
		['egg^α', 'GT', row - 384, 288],
		['g2^y', 'G2', row - 96, 96],
		['C1', 'GT', row, 288],
		['C2', 'G2', row + 288, 96],
		['C3', 'G2', row + 384, 96],
		['C4', 'G1', row + 480, 48],
	] as const;
	const wrong = wrongElements();
	for (const [slot, group, offset, length] of slots) {
		for (const [name, bytes] of wrong[group]) add(`${slot} ${name}`, await put(one, offset, bytes));
		const own = one.slice(offset, offset + length);
		const negated =
			group === 'GT' ? gtBytesByHand(Fp12.conjugate(gtByHand(own))) : own.with(0, (own[0] ?? 0) ^ 0x20);
		add(`${slot} inverted`, await put(one, offset, negated));
		if (slot.startsWith('C')) {
			add(`${slot} of another capsule`, await put(one, offset, again.slice(offset, offset + length)));
		}
	}
	add('C2 and C3 exchanged', await put(one, row + 288, concat(one.slice(row + 384, row + 480), one.slice(row + 288, row + 384))));
	add('the row of another capsule', await put(one, row, again.slice(row, row + 528)));

	const andRow = 3 + policies.and.length + 2 * 384;
	const [first, second] = [and.slice(andRow, andRow + 528), and.slice(andRow + 528, andRow + 1056)];
	add('rows exchanged', await put(and, andRow, concat(second, first)));
	for (const [slot, from, to] of [
		['C1', 0, 288],
		['C2', 288, 384],
		['C3', 384, 480],
		['C4', 480, 528],
	] as const) {
		add(`${slot} of another row`, await put(and, andRow + from, second.slice(from, to)));
	}
	add('an element moved by egg in one row and back in the other', await shifted(and, andRow));
	const bodies = andRow - 768;
	add('the authorities exchanged', await put(and, bodies, concat(and.slice(bodies + 384, andRow), and.slice(bodies, bodies + 384))));
	const reordered = policies.and.split(' and ').reverse().join(' and ');
	add('the policy re-ordered', await put(and, 3, utf8(reordered)));
	const orRow = 3 + policies.or.length + 2 * 384;
	for (const [slot, offset] of [
		['C1', 100],
		['C2', 300],
		['C3', 400],
		['C4', 500],
	] as const) {
		const at = orRow + offset;
		add(`${slot} of the row that is not used, changed`, await put(or, at, Uint8Array.of((or[at] ?? 0) ^ 1)));
	}
	add('or for and', await fit(concat(Uint8Array.of(1, 0, policies.and.length - 1), utf8(policies.and.replace(' and ', ' or ')), and.subarray(3 + policies.and.length))));

	for (const version of [0, 2, 255]) add(`version ${version}`, await fit(one.with(0, version)));
	const nextEpoch = await put(one, 3, utf8(policies.one.replace('#0', '#1')));
	add('a policy of another epoch', nextEpoch, context, 'crypto.old-epoch');
	add('a policy not in its canonical form', await put(one, 3, utf8(policies.one.replace('0x', '0X'))));
	add('a policy that is none', await put(one, 3, utf8('not'.padEnd(policies.one.length, '!'))));
	add('a policy that is not UTF-8', await put(one, 3, new Uint8Array(policies.one.length).fill(0xff)));
	add('a length of the policy one too short', await fit(one.with(2, (one[2] ?? 0) - 1)));
	add('a length of the policy beyond the end', await fit(one.with(1, 0xff)));
	for (const [name, at] of [
		['masked seed', -96],
		['commitment', -64],
	] as const) {
		add(`another ${name}`, await put(one, one.length + at, again.slice(at, at + 32)));
		add(`the ${name} with one bit changed`, await put(one, one.length + at, Uint8Array.of((one.at(at) ?? 0) ^ 0x80)));
	}
	add('a digest that does not fit', one.with(-1, (one.at(-1) ?? 0) ^ 1));
	for (const length of [0, 1, 2, 3, 3 + policies.one.length, row, row + 528, one.length - 32, one.length - 1]) {
		add(`cut off to ${length} bytes`, one.slice(0, length));
	}
	add('cut off by a byte, with a digest that fits', await fit(concat(one.slice(0, -33), new Uint8Array(32))));
	add('extended by a byte', concat(one, Uint8Array.of(0)));
	add('extended by a byte, with a digest that fits', await fit(concat(one.slice(0, -32), Uint8Array.of(0), new Uint8Array(32))));
	add('extended by a row', await fit(concat(one.slice(0, row), one.slice(row, row + 528), one.slice(row))));
	add('another context', one, utf8('other'));
	add('no context', one, new Uint8Array());
	add('another context, with a digest that fits', await fit(one, utf8('other')), utf8('other'));
	return refusals;

	/** RW15 alone would open this one: egg^λ in one row, egg^−1 in the other, with the same sum. */
	function shifted(capsule: Uint8Array, at: number): Promise<Uint8Array> {
		const egg = bls12_381.pairing(P1.BASE, P2.BASE);
		const changed = Uint8Array.from(capsule);
		const times = (offset: number, factor: typeof egg) => {
			const own = gtByHand(capsule.slice(offset, offset + 288));
			changed.set(gtBytesByHand(Fp12.mul(own, factor)), offset);
		};
		times(at, Fp12.pow(egg, 5n));
		times(at + 528, Fp12.pow(egg, groupOrder - 5n));
		return fit(changed);
	}
}
