/** Random bytes that the browser may keep where it likes, as it does a file. */
export function randomBlob(bytes: number): Blob {
	const parts: Uint8Array<ArrayBuffer>[] = [];
	for (let at = 0; at < bytes; at += 65_536) parts.push(crypto.getRandomValues(new Uint8Array(Math.min(65_536, bytes - at)))); // prettier-ignore
	return new Blob(parts);
}
