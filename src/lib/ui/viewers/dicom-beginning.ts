/**
 * The beginning of a large scan as a scan of its own, with the pictures that are whole in it: plain ones lie one after the other
 * (PS3.5 chapter 8), compressed ones in an item each (PS3.5 A.4). Bytes are hostile: nothing is relied on that `openDicom` does not
 * check again.
 */
import dicomParser, { type DataSet } from 'dicom-parser';

const pixelTag = 'x7fe00010';
const framesTag = 'x00280008';
const bigEndianSyntax = '1.2.840.10008.1.2.2';
const jpegSyntax = '1.2.840.10008.1.2.4.';
const itemHead = 8;
/** The start of an item and the end of all, as a number in little-endian bytes. */
const item = 0xe000fffe;
const noOffsets = Uint8Array.of(0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0);
const sequenceEnd = Uint8Array.of(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0);

/** A scan of the pictures that are whole in the first bytes of one; null where none is, or where the bytes are of something else. */
export function scanBeginning(bytes: Uint8Array<ArrayBuffer>): Blob | null {
	try {
		const data = dicomParser.parseDicom(bytes, { untilTag: pixelTag });
		const pixels = data.elements[pixelTag];
		if (!pixels) return null;
		if (pixels.hadUndefinedLength) return cutItems(data, bytes, pixels.dataOffset);
		return cutPlain(data, bytes, pixels.dataOffset, pixels.length);
	} catch {
		return null;
	}
}

/** As many frames as are there, and the length that says so. */
function cutPlain(data: DataSet, bytes: Uint8Array<ArrayBuffer>, start: number, said: number): Blob | null {
	const number = (tag: string) => data.uint16(tag) ?? 0;
	const samples = data.uint16('x00280002') ?? 1;
	const frameBytes = number('x00280010') * number('x00280011') * samples * (number('x00280100') / 8);
	const frames = frameBytes > 0 ? Math.floor(Math.min(said, bytes.length - start) / frameBytes) : 0;
	if (frames < 1) return null;
	const cut = bytes.slice(0, start + frames * frameBytes);
	const isLittleEndian = data.string('x00020010') !== bigEndianSyntax;
	new DataView(cut.buffer).setUint32(start - 4, frames * frameBytes, isLittleEndian);
	return new Blob([cut]);
}

/** The items that are there, without their table, and the number that says how many. */
function cutItems(data: DataSet, bytes: Uint8Array<ArrayBuffer>, start: number): Blob | null {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const frames: Uint8Array<ArrayBuffer>[] = [];
	for (let at = start, index = 0; at + itemHead <= bytes.length && view.getUint32(at, true) === item; index++) {
		const next = at + itemHead + view.getUint32(at + 4, true);
		if (next > bytes.length) break;
		if (index > 0) frames.push(bytes.subarray(at, next));
		at = next;
	}
	// A JPEG that lies in several items cannot be told from several JPEGs but by how they begin.
	const isJpeg = data.string('x00020010')?.startsWith(jpegSyntax);
	const begins = (frame: Uint8Array) => !isJpeg || (frame[itemHead] === 0xff && frame[itemHead + 1] === 0xd8);
	const said = data.elements[framesTag];
	const count = String(frames.length);
	if (frames.length === 0 || !frames.every(begins) || !said || said.length < count.length) return null;
	const head = bytes.slice(0, start);
	for (let i = 0; i < said.length; i++) head[said.dataOffset + i] = count.charCodeAt(i) || 0x20;
	return new Blob([head, noOffsets, ...frames, sequenceEnd]);
}
