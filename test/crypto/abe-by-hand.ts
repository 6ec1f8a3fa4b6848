/** Bytes of group elements as docs/abe.md has them, over the library's fields alone: what tests compare ours with. */
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { concat, toHex } from '#lib/bytes.ts';

const { Fp, Fp2, Fp6, Fp12 } = bls12_381.fields;
export type Fp12Element = typeof Fp12.ONE;
export type G1Point = typeof bls12_381.G1.Point.BASE;
export type G2Point = typeof bls12_381.G2.Point.BASE;

/** τ = (1 + a) / b for an element a + b·w, in six coordinates. */
export function gtBytesByHand({ c0, c1 }: Fp12Element): Uint8Array<ArrayBuffer> {
	const tau = Fp6.div(Fp6.add(c0, Fp6.ONE), c1);
	return concat(...[tau.c0, tau.c1, tau.c2].flatMap((part) => [Fp.toBytes(part.c0), Fp.toBytes(part.c1)]));
}

/** (τ + w) / (τ − w), without any check. */
export function gtByHand(bytes: Uint8Array): Fp12Element {
	const number = (i: number) => BigInt(toHex(bytes.subarray(48 * i, 48 * (i + 1))));
	const pair = (i: number) => Fp2.fromBigTuple([number(i), number(i + 1)]);
	const tau = Fp6.create({ c0: pair(0), c1: pair(2), c2: pair(4) });
	const above = Fp12.create({ c0: tau, c1: Fp6.ONE });
	return Fp12.div(above, Fp12.create({ c0: tau, c1: Fp6.neg(Fp6.ONE) }));
}

/** A point of G1's curve in compressed form, of the subgroup or not. */
export function g1BytesByHand(point: G1Point): Uint8Array<ArrayBuffer> {
	const { x, y } = point.toAffine();
	return withFlags(Fp.toBytes(x), y);
}

/** A point of G2's curve in compressed form, of the subgroup or not. */
export function g2BytesByHand(point: G2Point): Uint8Array<ArrayBuffer> {
	const { x, y } = point.toAffine();
	return withFlags(concat(Fp.toBytes(x.c1), Fp.toBytes(x.c0)), y.c1 === 0n ? y.c0 : y.c1);
}

function withFlags(bytes: Uint8Array, y: bigint): Uint8Array<ArrayBuffer> {
	return concat(Uint8Array.of(bytes[0]! | (2n * y > Fp.ORDER ? 0xa0 : 0x80)), bytes.subarray(1));
}
