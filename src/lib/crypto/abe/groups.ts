/**
 * What the scheme needs of a pairing library: three groups of order r, hashing onto the first, and the pairing. All of
 * `abe/` is written against this; `noble/` and `mcl/` provide it, and give the same bytes.
 *
 * Groups are written multiplicatively, as in the paper. Work comes in batches, so that a library can share inversions.
 */
import { only } from './batch.ts';
import type { Backend } from './options.ts';

/** Lengths of encoded elements. */
export const g1Bytes = 48;
export const g2Bytes = 96;
export const gtBytes = 288;

/** Group elements are known to their library alone. They never change. */
interface Opaque<Name> {
	readonly opaque: Name;
}
export type G1 = Opaque<'G1'>;
export type G2 = Opaque<'G2'>;
export type GT = Opaque<'GT'>;

/** An element to exponentiate. One that comes again and again gets a table of its powers, which lives as long as it does. */
export interface Base<T> {
	readonly element: T;
}

/** A base and its exponent, taken modulo r; 0 is allowed. */
export type Term<T> = readonly [Base<T>, bigint];

export interface Group<T> {
	readonly generator: Base<T>;
	base(element: T): Base<T>;
	/** For each list of terms, the product of its bases to their exponents. */
	products(lists: readonly (readonly Term<T>[])[]): T[];
	equal(a: T, b: T): boolean;
	/** Throws `crypto.invalid-point` for an identity. */
	encode(elements: readonly T[]): Uint8Array<ArrayBuffer>[];
	/** Throws `crypto.invalid-point` unless all are encodings of elements of order r; the identity is refused. */
	decode(encodings: readonly Uint8Array[]): T[];
}

export interface Groups {
	readonly name: Backend;
	readonly G1: Group<G1>;
	readonly G2: Group<G2>;
	readonly GT: Group<GT>;
	/** Onto G1 by RFC 9380, suite BLS12381G1_XMD:SHA-256_SSWU_RO_ with a tag of our own. */
	hashToG1(message: Uint8Array, DST: string): G1;
	/** The product of pairings e(a, b), with one final exponentiation. Pairs with an identity count as 1. */
	readonly pairing: (pairs: readonly (readonly [G1, G2])[]) => GT;
}

/** The product of one list of terms. */
export function product<T>(group: Group<T>, ...terms: readonly Term<T>[]): T {
	return only(group.products([terms]));
}

/** One element's bytes. */
export function encodeOne<T>(group: Group<T>, element: T): Uint8Array<ArrayBuffer> {
	return only(group.encode([element]));
}

/** One element from its bytes. */
export function decodeOne<T>(group: Group<T>, bytes: Uint8Array): T {
	return only(group.decode([bytes]));
}
