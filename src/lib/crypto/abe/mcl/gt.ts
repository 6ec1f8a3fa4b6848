/**
 * GT over mcl, with the encoding of docs/abe.md and the same check of membership as `noble/gt.ts`: the library's own form of
 * GT is another, and its check raises to the power r, five times slower. Elements are the bytes of its Fp12.
 */
import { concat } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';
import { parameter, products, tabledBase, type Kernel } from '../comb.ts';
import { gtBytes, type Group } from '../groups.ts';
import { cyclotomicSquaring } from './cyclotomic.ts';
import type { Endomorphisms } from './endomorphisms.ts';
import { fpSize, frSize, gtSize, type Mcl } from './module.ts';

/** The bytes of an element of Fp12 in the library's form. */
export type Element = Uint8Array;

const widths = { generator: 8, base: 6 };
const fp6Size = 6 * fpSize;
const half = new Uint8Array(fp6Size);

/** The group, over the generator e(g1, g2). */
export function gtGroup(mcl: Mcl, { frobenius }: Endomorphisms, generator: Element) {
	const { call, put, take, borrow, places } = mcl;
	const squareCyclotomic = cyclotomicSquaring(mcl);
	const [first, second, third, buffer] = places;

	const kernel: Kernel<Element> = {
		digits: 4,
		raise(element) {
			frobenius(put(first, element)); // a^p = a^u and u = −|u|
			call._mclBnGT_inv(first, first);
			return take(first, gtSize);
		},
		negate(element) {
			call._mclBnGT_inv(first, put(first, element)); // of norm 1: a conjugation
			return take(first, gtSize);
		},
		sums: (lists) =>
			lists.map((list) => {
				call._mclBnGT_setInt32(first, 1);
				list.forEach((element, i) => {
					if (i === 0) put(first, element);
					else call._mclBnGT_mul(first, first, put(second, element));
				});
				return take(first, gtSize);
			}),
		power: (terms) =>
			borrow(terms.length * (gtSize + frSize), (elements) => {
				const scalars = elements + terms.length * gtSize;
				terms.forEach(([element, exponent], i) => {
					put(elements + i * gtSize, element);
					mcl.putScalar(scalars + i * frSize, exponent);
				});
				if (terms.length === 1) call._mclBnGT_pow(first, elements, scalars);
				else call._mclBnGT_powVec(first, elements, scalars, terms.length);
				return take(first, gtSize);
			}),
		table(base, width, windows) {
			put(first, base); // the power 2^(width · j)
			return Array.from({ length: windows }, () => {
				const row = [take(first, gtSize)];
				put(second, take(first, gtSize));
				while (row.length < 2 ** (width - 1)) {
					call._mclBnGT_mul(second, second, first);
					row.push(take(second, gtSize));
				}
				for (let i = 0; i < width; i++) call._mclBnGT_sqr(first, first);
				return row;
			});
		},
	};

	/** τ = (1 + a) / b for a + b·w. */
	function encode(element: Element): Uint8Array<ArrayBuffer> {
		if (call._mclBnGT_isOne(put(first, element)) !== 0) throw invalid('The identity of GT has no encoding.');
		const b = take(first + fp6Size, fp6Size);
		put(second, concat(b, half));
		call._mclBnGT_invGeneric(second, second);
		put(first + fp6Size, half);
		call._mclBnFp_setInt32(third, 1);
		call._mclBnFp_add(first, first, third);
		call._mclBnGT_mul(first, first, second);
		const coordinates = Array.from({ length: 6 }, (_, i) => {
			call._mclBnFp_serialize(buffer, fpSize, first + i * fpSize);
			return take(buffer, fpSize);
		});
		return concat(...coordinates);
	}

	/** (τ + w) / (τ − w), if that has order r. */
	function decode(encoding: Uint8Array): Element {
		if (encoding.length !== gtBytes) throw invalid(`An element of GT has ${gtBytes} bytes.`);
		call._mclBnGT_setInt32(first, 0);
		for (let i = 0; i < 6; i++) {
			put(buffer, encoding.subarray(i * fpSize, (i + 1) * fpSize));
			const read = call._mclBnFp_deserialize(first + i * fpSize, buffer, fpSize);
			if (read !== fpSize) throw invalid('A coordinate is not below p.');
		}
		call._mclBnFp_setInt32(first + fp6Size, 1);
		put(second, take(first, gtSize));
		call._mclBnFp_neg(second + fp6Size, second + fp6Size);
		call._mclBnGT_invGeneric(second, second); // never of 0: v is not a square
		call._mclBnGT_mul(first, first, second);
		const element = take(first, gtSize);
		if (!isMember(element)) throw invalid('Not in the subgroup of order r.');
		return element;
	}

	/** Of norm 1 by construction; so in the cyclotomic subgroup if a^(p⁴)·a = a^(p²), and then of order r if a^p = a^u. */
	function isMember(element: Element): boolean {
		put(first, element);
		put(second, element);
		for (let i = 0; i < 2; i++) frobenius(second);
		put(third, take(second, gtSize));
		for (let i = 0; i < 2; i++) frobenius(third);
		call._mclBnGT_mul(third, third, first);
		if (call._mclBnGT_isEqual(second, third) !== 1) return false;

		put(second, element); // a^|u|, without the library's own power, which takes membership for granted
		for (const bit of parameter.toString(2).slice(1)) {
			squareCyclotomic(second);
			if (bit === '1') call._mclBnGT_mul(second, second, first);
		}
		frobenius(first);
		call._mclBnGT_inv(first, first);
		return call._mclBnGT_isEqual(first, second) === 1;
	}

	return {
		generator: tabledBase(generator, widths.generator, true),
		base: (element) => tabledBase(element, widths.base),
		products: (lists) => products(kernel, lists),
		equal: (a, b) => call._mclBnGT_isEqual(put(first, a), put(second, b)) === 1,
		encode: (elements) => elements.map(encode),
		decode: (encodings) => encodings.map(decode),
	} satisfies Group<Element>;
}

function invalid(message: string): AppError {
	return new AppError('crypto.invalid-point', message);
}
