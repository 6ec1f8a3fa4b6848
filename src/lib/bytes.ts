/**
 * Byte strings: joining, comparing, and the few encodings that formats here use.
 * Comparison of secrets goes through `equal`, which looks at every byte; JavaScript gives no promise beyond that.
 */

/** Joins byte strings into one new array. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
	const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let offset = 0;
	for (const part of parts) {
		joined.set(part, offset);
		offset += part.length;
	}
	return joined;
}

/** True when both have the same bytes. Looks at all of them, so that where they differ does not show in the time taken. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
	if (a.length !== b.length) return false;
	let difference = 0;
	for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
	return difference === 0;
}

/** UTF-8 bytes of a string. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
	return new TextEncoder().encode(text);
}

/** Lower-case hexadecimal with the prefix 0x. */
export function toHex(bytes: Uint8Array): `0x${string}` {
	let digits = '0x';
	for (const byte of bytes) digits += byte.toString(16).padStart(2, '0');
	return digits as `0x${string}`;
}

/** Bytes of hexadecimal text, with or without 0x; null where the text is not hexadecimal. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> | null {
	const digits = text.startsWith('0x') ? text.slice(2) : text;
	if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) return null;
	return Uint8Array.from({ length: digits.length / 2 }, (_, i) => parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

/** An unsigned integer below 2^53 as eight bytes, most significant first. */
export function uint64(value: number): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(8);
	new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
	return bytes;
}
