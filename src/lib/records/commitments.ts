/**
 * Commitments: what a request asks, its purpose, and what a grant covers stand in their objects as salted hashes, so that the digest on
 * chain binds them. The salts travel in the sealed boxes. Whoever has one can open that commitment to a third party, and the other stays
 * closed: a hash of a random 32-byte salt and a value says nothing of the value, and no other value has it (SHA-256, as a random oracle
 * and collision-resistant). It does not show who opens it.
 */
import { equal } from '#lib/bytes.ts';
import { bind, domains, randomBytes, sha256 } from '#lib/crypto/index.ts';
import { categories, type Category } from './types.ts';

/** What somebody shows to open a commitment. */
export type Opening =
	| { what: 'requestScope' | 'grantScope'; salt: Uint8Array; value: readonly Category[] }
	| { what: 'requestPurpose'; salt: Uint8Array; value: string };

export const commitmentBytes = 32;
export const commitmentSaltBytes = 32;

/** A fresh salt, for one commitment. */
export function newCommitmentSalt(): Uint8Array {
	return randomBytes(commitmentSaltBytes);
}

/** The commitment that an opening opens: SHA-256 of the bound salt and value. Of a scope the order does not matter. */
export function commitmentTo({ what, salt, value }: Opening): Promise<Uint8Array> {
	const parts = typeof value === 'string' ? [value] : categories.filter((category) => value.includes(category));
	return sha256(bind(domains[what], salt, ...parts));
}

/** Whether an opening opens this commitment. */
export async function opensCommitment(commitment: Uint8Array, opening: Opening): Promise<boolean> {
	return opening.salt.length === commitmentSaltBytes && equal(commitment, await commitmentTo(opening));
}
