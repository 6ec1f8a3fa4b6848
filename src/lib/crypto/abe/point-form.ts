/**
 * What both libraries' points have in common: the flags in the first byte of compressed points (pairing-friendly-curves draft,
 * appendix C), and the constant of G1's endomorphism.
 */
import { AppError } from '#lib/errors.ts';

/** β, a cube root of 1 in Fp: (x, y) → (βx, −y) is multiplication by u² in G1. */
export const cubeRoot = 0x5f19672fdf76ce51ba69c6076a0f77eaddb3a93be6f89688de17d813620a00022e01fffffffefffen;

export const compressed = 0x80;
export const infinity = 0x40;
export const larger = 0x20;

/** Throws `crypto.invalid-point` for other lengths and forms, and for the identity. */
export function requireCompressed(encoding: Uint8Array, length: number): void {
	if (encoding.length === length && ((encoding[0] ?? 0) & (compressed | infinity)) === compressed) return;
	throw new AppError('crypto.invalid-point', `Not a compressed point of ${length} bytes, or the identity.`);
}
