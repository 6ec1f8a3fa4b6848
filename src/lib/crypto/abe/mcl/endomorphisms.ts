/** Frobenius maps, which mcl does not give out: conjugating coordinates in Fp2, and multiplying them by constants made here. */
import { fromHex } from '#lib/bytes.ts';
import { cubeRoot } from '../point-form.ts';
import { fpSize, type Mcl } from './module.ts';

const fieldOrder = 0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaabn;
const fp2Size = 2 * fpSize;

export interface Endomorphisms {
	/** (x, y) → (βx, −y), multiplication by u² in G1, in place. */
	readonly raiseG1: (point: number) => void;
	/** Multiplication by |u| in G2, in place: −ψ. */
	readonly raiseG2: (point: number) => void;
	/** The power p in Fp12, in place. */
	readonly frobenius: (element: number) => void;
}

export function endomorphismsOf(mcl: Mcl): Endomorphisms {
	const { call } = mcl;
	const constant = () => call._malloc(fp2Size);
	const [xi, inverse, beta] = [constant(), constant(), constant()];
	call._mclBnFp_setInt32(xi, 1); // ξ = u + 1
	call._mclBnFp_setInt32(xi + fpSize, 1);
	call._mclBnFp2_inv(inverse, xi);
	const psiX = power(inverse, (fieldOrder - 1n) / 3n);
	const psiY = power(inverse, (fieldOrder - 1n) / 2n);
	const gammas = [0n, 1n, 2n, 3n, 4n, 5n].map((k) => power(xi, (k * (fieldOrder - 1n)) / 6n));
	call._mclBnFp_deserialize(
		beta,
		mcl.put(mcl.places[0], fromHex(cubeRoot.toString(16).padStart(2 * fpSize, '0')) ?? new Uint8Array()),
		fpSize,
	);

	function power(base: number, exponent: bigint): number {
		const result = constant();
		call._mclBnFp_setInt32(result, 1);
		call._mclBnFp_setInt32(result + fpSize, 0);
		for (const bit of exponent.toString(2)) {
			call._mclBnFp2_sqr(result, result);
			if (bit === '1') call._mclBnFp2_mul(result, result, base);
		}
		return result;
	}
	const conjugate = (pointer: number) => call._mclBnFp_neg(pointer + fpSize, pointer + fpSize);
	const negate = (pointer: number) => {
		call._mclBnFp_neg(pointer, pointer);
		conjugate(pointer);
	};

	return {
		raiseG1(point) {
			call._mclBnFp_mul(point, point, beta);
			call._mclBnFp_neg(point + fpSize, point + fpSize);
		},
		raiseG2(point) {
			const [x, y, z] = [point, point + fp2Size, point + 2 * fp2Size];
			for (const coordinate of [x, y, z]) conjugate(coordinate);
			call._mclBnFp2_mul(x, x, psiX);
			call._mclBnFp2_mul(y, y, psiY);
			negate(y);
		},
		frobenius(element) {
			// Σ of coefficients times v^i·w^j, and v = w²: the power p multiplies by ξ^((2i + j)(p − 1)/6).
			for (let place = 0; place < 6; place++) {
				const coefficient = element + place * fp2Size;
				conjugate(coefficient);
				const gamma = gammas[place < 3 ? 2 * place : 2 * (place - 3) + 1];
				if (gamma !== undefined && place > 0) call._mclBnFp2_mul(coefficient, coefficient, gamma);
			}
		},
	};
}
