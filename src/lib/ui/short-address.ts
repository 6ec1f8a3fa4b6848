/** `0x7c1f…a94e`: enough to recognise, never to copy. Anything short is left as it is. */
export function shortAddress(value: string): string {
	return value.length > 14 ? `${value.slice(0, 6)}…${value.slice(-4)}` : value;
}
