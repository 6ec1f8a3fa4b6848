/**
 * Names in attribute-based encryption: who issues (an authority's address), what (an attribute), to whom (a GID).
 *
 *   attribute = name '#' epoch '@' authority       doctor#2@0x…, consent.labs#0@0x…
 *
 * There is one way to write each: lower-case addresses, decimal epochs without leading zeros. A GID is a lower-case wallet
 * address; other names are allowed, since nothing rests on their form.
 */
import { utf8 } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';

export type Address = `0x${string}`;

export interface Attribute {
	readonly name: string;
	/** From 0 to 2^32 − 1; a new one makes older keys useless for what is sealed later. */
	readonly epoch: number;
	readonly authority: Address;
}

const pattern = /^([a-z0-9][a-z0-9.-]{0,63})#(0|[1-9][0-9]{0,9})@(0x[0-9a-fA-F]{40})$/;
const addressPattern = /^0x[0-9a-fA-F]{40}$/;
const maxEpoch = 0xffffffff;
const maxGidBytes = 256;

/** Reads `name#epoch@0xauthority`, with the address in any case. Throws `crypto.invalid-attribute`. */
export function parseAttribute(text: string): Attribute {
	const attribute = tryParseAttribute(text);
	if (!attribute) throw new AppError('crypto.invalid-attribute', 'An attribute reads name#epoch@0xauthority.');
	return attribute;
}

/** The same, with null for what is not an attribute. */
export function tryParseAttribute(text: string): Attribute | null {
	const [, name, digits, authority] = pattern.exec(text) ?? [];
	const epoch = Number(digits);
	if (name === undefined || authority === undefined || epoch > maxEpoch) return null;
	return { name, epoch, authority: authority.toLowerCase() as Address };
}

/** The one text form of an attribute. Throws `crypto.invalid-attribute` for parts that no attribute has. */
export function formatAttribute({ name, epoch, authority }: Attribute): string {
	const text = `${name}#${epoch}@${authority.toLowerCase()}`;
	parseAttribute(text);
	return text;
}

/** The one form of an address. Throws `crypto.unknown-authority` for anything else. */
export function normalAddress(text: string): Address {
	if (!addressPattern.test(text)) throw new AppError('crypto.unknown-authority', 'Not an address.');
	return text.toLowerCase() as Address;
}

/** The one form of a GID: addresses in lower case, other names as they are. Throws `crypto.wrong-key` for none. */
export function normalGid(gid: string): string {
	const length = utf8(gid).length;
	if (length === 0 || length > maxGidBytes) throw new AppError('crypto.wrong-key', 'A GID has 1 to 256 bytes.');
	return addressPattern.test(gid) ? gid.toLowerCase() : gid;
}
