/** Wallet addresses as people type them and as links carry them. */
import type { Address } from '#lib/records/index.ts';
import { shortAddress } from '#lib/ui/short-address.ts';

/** 0x and 40 hexadecimal characters, in any case. */
export function isAddress(text: string): text is Address {
	return /^0x[0-9a-fA-F]{40}$/.test(text);
}

/** Short, and kept left to right inside a sentence of any language. */
export function addressInWords(address: Address): string {
	return `\u2066${shortAddress(address)}\u2069`;
}

/** The address in a link's parameter, in lower case; null when there is none, or something else. */
export function addressIn(url: URL, name: string): Address | null {
	const text = url.searchParams.get(name)?.toLowerCase() ?? '';
	return isAddress(text) ? text : null;
}
