/**
 * The two random oracles of RW15 onto G1, by hash-to-curve (RFC 9380 §8.8.1, BLS12381G1_XMD:SHA-256_SSWU_RO_):
 * H for users, F for attributes. They have separate domain tags, and every field is length-prefixed. With one oracle for
 * both, a user whose GID reads like an attribute would share points with it, and collusion resistance would be gone.
 */
import { concat, fromHex, uint64, utf8 } from '#lib/bytes.ts';
import { domains } from '../domains.ts';
import { normalGid, parseAttribute } from './attribute.ts';
import { curve, type G1 } from './curve.ts';

/** H(gid). */
export function hashUser(gid: string): G1 {
	return toG1(domains.abeUser, utf8(normalGid(gid)));
}

/** F(attribute): name, epoch and authority, each with its length. */
export function hashAttribute(attribute: string): G1 {
	const { name, epoch, authority } = parseAttribute(attribute);
	return toG1(domains.abeAttribute, utf8(name), uint64(epoch), fromHex(authority) ?? utf8(authority));
}

function toG1(DST: string, ...fields: readonly Uint8Array[]): G1 {
	const message = concat(...fields.flatMap((field) => [uint64(field.length), field]));
	return curve.hashToG1(message, DST);
}
