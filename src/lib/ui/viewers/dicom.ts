/**
 * A DICOM file opened for a preview: what it is of, how many images it holds, and the bytes of each. https://dicom.nema.org/medical/dicom/current/output/html/part05.html
 *
 * Built on dicom-parser, which reads the elements; `dicom-pixels.ts` makes grey and colour of them. Nothing throws for a bad file:
 * whatever is wrong is one of {@link DicomProblem}. Lengths and sizes are checked before memory is taken. No canvas, no DOM, so that
 * it runs in Node and in a worker alike.
 */
import dicomParser, { type DataSet, type Element } from 'dicom-parser';
import { jpegSize } from './jpeg-size.ts';

export type DicomProblem =
	| 'not-dicom' // another format
	| 'no-picture' // a report, a plan, a waveform: DICOM without pixels
	| 'damaged' // cut off, or says it holds more than it has
	| 'too-large' // more pixels than a page can show
	| 'compressed' // in a compression that no browser reads
	| 'unsupported'; // a pixel layout not read here

/** How pixels are laid out, from the module "Image Pixel" (PS3.3 C.7.6.3). */
export interface PixelLayout {
	rows: number;
	columns: number;
	samples: 1 | 3;
	bitsAllocated: 8 | 16;
	bitsStored: number;
	highBit: number;
	signed: boolean;
	bigEndian: boolean;
	/** Colour by colour rather than pixel by pixel. */
	planar: boolean;
	photometric: 'MONOCHROME1' | 'MONOCHROME2' | 'RGB' | 'YBR_FULL';
	slope: number;
	intercept: number;
	/** As the file asks for; null to choose from the values. */
	window: GreyWindow | null;
	/** A value that stands for "nothing here". */
	padding: number | null;
}

/** Values from `centre - width / 2` to `centre + width / 2` go from black to white. */
export interface GreyWindow {
	centre: number;
	width: number;
}

export interface DicomFile {
	layout: PixelLayout;
	frames: number;
	/** CT, MR, XA …; and the series or study in the words of whoever made it. */
	modality: string | null;
	description: string | null;
	/** How the bytes of a frame are to be read. */
	coding: 'plain' | 'rle' | 'jpeg';
	/** The bytes of a frame; null when they are not all there. */
	frameBytes: (index: number) => Uint8Array | null;
}

/** 36 megapixels: twice the largest mammogram. */
export const mostPixels = 36_000_000;

const plain = new Set(['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.2']);
const bigEndianSyntax = '1.2.840.10008.1.2.2';
const rleSyntax = '1.2.840.10008.1.2.5';
/** Baseline, and extended where it is in fact 8 bits deep; browsers decode both. */
const jpegSyntaxes = new Set(['1.2.840.10008.1.2.4.50', '1.2.840.10008.1.2.4.51']);

/** Opens a file. Never throws: hostile bytes give a problem. */
export function openDicom(bytes: Uint8Array): DicomFile | DicomProblem {
	let syntax: string;
	try {
		const header = dicomParser.readPart10Header(bytes, { untilTag: 'x0002ffff' });
		syntax = header.string('x00020010') ?? '1.2.840.10008.1.2';
	} catch {
		return 'not-dicom';
	}
	if (!plain.has(syntax) && syntax !== rleSyntax && !jpegSyntaxes.has(syntax)) {
		return syntax.startsWith('1.2.840.10008.1.2.') ? 'compressed' : 'unsupported';
	}
	try {
		const data = dicomParser.parseDicom(bytes);
		const pixels = data.elements.x7fe00010;
		return pixels ? describe(data, pixels, syntax) : 'no-picture';
	} catch {
		// Lengths past the end, or so deeply nested that the stack ran out.
		return 'damaged';
	}
}

function describe(data: DataSet, pixels: Element, syntax: string): DicomFile | DicomProblem {
	const coding = plain.has(syntax) ? 'plain' : syntax === rleSyntax ? 'rle' : 'jpeg';
	const layout = readLayout(data, coding === 'plain', syntax === bigEndianSyntax);
	if (typeof layout === 'string') return layout;
	if (coding === 'jpeg' && layout.bitsAllocated !== 8) return 'compressed';
	const frameLength = layout.rows * layout.columns * layout.samples * (layout.bitsAllocated / 8);
	const said = Math.max(1, data.intString('x00280008') ?? 1);
	const held = coding === 'plain' ? Math.floor(pixels.length / frameLength) : (pixels.fragments?.length ?? 0);
	const frames = Math.min(said, held);
	if (frames < 1) return 'damaged';
	const frameBytes = (index: number): Uint8Array | null => {
		if (!Number.isInteger(index) || index < 0 || index >= frames) return null;
		if (coding !== 'plain') return encapsulated(data, pixels, said, index, layout, coding);
		const start = pixels.dataOffset + index * frameLength;
		const end = start + frameLength;
		return end > data.byteArray.length ? null : data.byteArray.subarray(start, end);
	};
	return {
		layout,
		frames,
		coding,
		frameBytes,
		modality: words(data, 'x00080060'),
		description: words(data, 'x0008103e') ?? words(data, 'x00081030') ?? words(data, 'x00180015'),
	};
}

function readLayout(data: DataSet, isPlain: boolean, bigEndian: boolean): PixelLayout | DicomProblem {
	const rows = data.uint16('x00280010') ?? 0;
	const columns = data.uint16('x00280011') ?? 0;
	const samples = data.uint16('x00280002') ?? 1;
	const bitsAllocated = data.uint16('x00280100') ?? 0;
	const photometric = data.string('x00280004') ?? 'MONOCHROME2';
	if (rows === 0 || columns === 0) return 'no-picture';
	if (rows * columns > mostPixels) return 'too-large';
	if (bitsAllocated !== 8 && bitsAllocated !== 16) return 'unsupported';
	if (samples === 1 && photometric !== 'MONOCHROME1' && photometric !== 'MONOCHROME2') return 'unsupported';
	// Subsampled colour comes inside JPEG only.
	const colours = isPlain ? ['RGB', 'YBR_FULL'] : ['RGB', 'YBR_FULL', 'YBR_FULL_422'];
	const isColour = samples === 3 && bitsAllocated === 8 && colours.includes(photometric);
	if (samples !== 1 && !isColour) return 'unsupported';
	const bitsStored = Math.min(data.uint16('x00280101') ?? bitsAllocated, bitsAllocated);
	const slope = data.floatString('x00281053') ?? 1;
	const intercept = data.floatString('x00281052') ?? 0;
	const centre = data.floatString('x00281050');
	const width = data.floatString('x00281051');
	const hasWindow = Number.isFinite(centre) && Number.isFinite(width) && (width ?? 0) >= 1;
	const signed = data.uint16('x00280103') === 1;
	const padding = data.elements.x00280120 && (signed ? data.int16('x00280120') : data.uint16('x00280120'));
	return {
		rows,
		columns,
		samples: samples === 1 ? 1 : 3,
		bitsAllocated,
		bitsStored: Math.max(1, bitsStored),
		highBit: Math.min(data.uint16('x00280102') ?? bitsStored - 1, bitsAllocated - 1),
		signed,
		bigEndian,
		planar: data.uint16('x00280006') === 1,
		photometric: photometric.startsWith('YBR') ? 'YBR_FULL' : (photometric as PixelLayout['photometric']),
		slope: Number.isFinite(slope) && slope !== 0 ? slope : 1,
		intercept: Number.isFinite(intercept) ? intercept : 0,
		window: hasWindow ? { centre: centre ?? 0, width: width ?? 1 } : null,
		padding: padding ?? null,
	};
}

/** One frame of compressed pixels, PS3.5 A.4: a fragment each, or found by the offset table, or by the marks of JPEG itself. */
function encapsulated(
	data: DataSet,
	pixels: Element,
	frames: number,
	index: number,
	{ rows, columns }: PixelLayout,
	coding: 'rle' | 'jpeg',
): Uint8Array | null {
	try {
		const fragments = pixels.fragments ?? [];
		const bytes =
			fragments.length === frames
				? dicomParser.readEncapsulatedPixelDataFromFragments(data, pixels, index, 1)
				: frames === 1
					? dicomParser.readEncapsulatedPixelDataFromFragments(data, pixels, 0, fragments.length)
					: dicomParser.readEncapsulatedImageFrame(
							data,
							pixels,
							index,
							pixels.basicOffsetTable?.length === frames
								? pixels.basicOffsetTable
								: dicomParser.createJPEGBasicOffsetTable(data, pixels),
						);
		if (coding === 'rle') return bytes;
		// A picture of other dimensions than promised is not handed to a decoder.
		const size = jpegSize(bytes);
		return size?.width === columns && size.height === rows ? bytes : null;
	} catch {
		return null;
	}
}

const encodings = new Map([
	['ISO_IR 192', 'utf-8'],
	['ISO_IR 127', 'iso-8859-6'],
	['ISO_IR 144', 'iso-8859-5'],
]);

/** Text in the character set of the file, PS3.3 C.12.1.1.2. */
function words(data: DataSet, tag: string): string | null {
	const element = data.elements[tag];
	if (!element || element.length === 0 || element.length > 256) return null;
	const bytes = data.byteArray.subarray(element.dataOffset, element.dataOffset + element.length);
	const encoding = encodings.get(data.string('x00080005') ?? '') ?? 'windows-1252';
	const text = new TextDecoder(encoding).decode(bytes);
	return text.replace(/[\u0000-\u001f\u202a-\u202e\u2066-\u2069]/g, '').trim() || null;
}
