/**
 * One injective encoding for everything that a key, a signature or a sealed value is bound to. Each part is written as a
 * type byte, an eight-byte length and its bytes, after the tag in the same form: two different lists never give the same
 * bytes, whatever the parts contain.
 */
import { concat, uint64, utf8 } from '#lib/bytes.ts';
import type { Domain } from './domains.ts';

export type Bindable = string | number | Uint8Array;

const typeBytes = { string: 0x73, number: 0x6e, bytes: 0x62 }; // 's', 'n', 'b'

/** The bytes that stand for `tag` and `parts`. Numbers are integers from 0 to 2^53 − 1. */
export function bind(tag: Domain, ...parts: readonly Bindable[]): Uint8Array<ArrayBuffer> {
	return concat(...[tag, ...parts].flatMap(encodePart));
}

function encodePart(part: Bindable): Uint8Array[] {
	if (typeof part === 'number' && (!Number.isSafeInteger(part) || part < 0)) {
		throw new RangeError('Only integers from 0 to 2^53 − 1 can be bound.');
	}
	const bytes = typeof part === 'string' ? utf8(part) : typeof part === 'number' ? uint64(part) : part;
	const type = typeof part === 'string' ? 'string' : typeof part === 'number' ? 'number' : 'bytes';
	return [Uint8Array.of(typeBytes[type]), uint64(bytes.length), bytes];
}
