/**
 * BLS12-381 as @noble/curves has it. The others take it from here, and only inside functions, so that a page that merely reads
 * policies does not have to load a pairing library (nothing is done when this module is loaded).
 */
import { bls12_381 } from '@noble/curves/bls12-381.js';

export const curve = /* @__PURE__ */ (() => ({
	...bls12_381.fields,
	G1: bls12_381.G1.Point,
	G2: bls12_381.G2.Point,
	hashToG1: (message: Uint8Array, DST: string) => bls12_381.G1.hashToCurve(message, { DST }),
	linesOf: bls12_381.utils.calcPairingPrecomputes,
	millerLoops: bls12_381.millerLoopBatch,
}))();

export type Fp12 = typeof curve.Fp12.ONE;
export type Fp6 = typeof curve.Fp6.ONE;
export type Fp2 = typeof curve.Fp2.ONE;
