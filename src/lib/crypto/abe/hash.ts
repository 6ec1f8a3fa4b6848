/**
 * The two random oracles of RW15 onto G1, by hash-to-curve (RFC 9380 §8.8.1, BLS12381G1_XMD:SHA-256_SSWU_RO_):
 * H for users, F for attributes. They have separate domain tags, and every field is length-prefixed. With one oracle for
 * both, a user whose GID reads like an attribute would share points with it, and collusion resistance would be gone.
 */
import { concat, fromHex, toHex, uint64, utf8 } from '#lib/bytes.ts';
import { domains } from '../domains.ts';
import { normalGid, parseAttribute } from './attribute.ts';
import type { Base, G1, Groups } from './groups.ts';
import { Recent } from './recent.ts';

/** Hashing costs more than an exponentiation, and the same names come again. With its table, one takes up to 60 KB. */
const hashed = /* @__PURE__ */ new Recent<Base<G1>>(256);

/** H(gid). */
export function hashUser(groups: Groups, gid: string): Base<G1> {
	return toG1(groups, domains.abeUser, utf8(normalGid(gid)));
}

/** F(attribute): name, epoch and authority, each with its length. */
export function hashAttribute(groups: Groups, attribute: string): Base<G1> {
	const { name, epoch, authority } = parseAttribute(attribute);
	const fields = [utf8(name), uint64(epoch), fromHex(authority) ?? utf8(authority)];
	return toG1(groups, domains.abeAttribute, ...fields);
}

function toG1(groups: Groups, DST: string, ...fields: readonly Uint8Array[]): Base<G1> {
	const message = concat(...fields.flatMap((field) => [uint64(field.length), field]));
	const id = `${groups.name} ${DST} ${toHex(message)}`;
	return hashed.get(id) ?? hashed.set(id, groups.G1.base(groups.hashToG1(message, DST)));
}
