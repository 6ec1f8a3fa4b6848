/** Width and height of a JPEG from its frame header (ITU-T T.81 B.2.2), before anything decodes it; null when it is not one that browsers read. */
export function jpegSize(bytes: Uint8Array): { width: number; height: number } | null {
	if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	let at = 2;
	while (at + 9 < bytes.length) {
		if (bytes[at] !== 0xff) return null;
		const marker = bytes[at + 1] ?? 0;
		if (marker === 0xff) at += 1;
		else if (marker >= 0xc0 && marker <= 0xc2) {
			if (bytes[at + 4] !== 8) return null; // bits of a sample
			return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
		} else if (
			marker === 0xda ||
			(marker >= 0xc3 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
		) {
			return null; // scan without a header, or lossless and arithmetic kinds
		} else at += 2 + view.getUint16(at + 2);
	}
	return null;
}
