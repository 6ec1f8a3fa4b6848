/**
 * From the bytes of a DICOM frame to grey values and colours: sample layout (PS3.5 8.1), RLE (PS3.5 annex G), rescaling (PS3.3
 * C.11.1) and the grey window (PS3.3 C.11.2.1.2, function LINEAR). For looking at, not for measuring.
 */
import type { DicomFile, DicomProblem, GreyWindow, PixelLayout } from './dicom.ts';

/** Grey values after rescaling (Hounsfield units for CT), row by row. */
export interface GreyFrame {
	form: 'grey';
	width: number;
	height: number;
	values: Float32Array;
	inverted: boolean;
	/** What to begin with. */
	window: GreyWindow;
	/** The lowest and the highest value. */
	range: readonly [number, number];
}
export interface ColourFrame {
	form: 'colour';
	width: number;
	height: number;
	rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** A JPEG for the browser to decode; `greyFrame` takes over when it has one colour. */
export interface JpegFrame {
	form: 'jpeg';
	bytes: Uint8Array;
}

/** The picture of one frame, the first being 0, or why there is none. */
export function readFrame(file: DicomFile, index: number): GreyFrame | ColourFrame | JpegFrame | DicomProblem {
	const bytes = file.frameBytes(index);
	if (!bytes) return 'damaged';
	if (file.coding === 'jpeg') return { form: 'jpeg', bytes };
	if (file.coding === 'plain') return decodeFrame(bytes, file.layout);
	const unpacked = decodeRle(bytes, file.layout);
	return unpacked ? decodeFrame(unpacked, { ...file.layout, planar: true }) : 'damaged';
}

/** A frame from plain bytes, as {@link PixelLayout} says they lie. `bytes` must hold a whole frame. */
export function decodeFrame(bytes: Uint8Array, layout: PixelLayout): GreyFrame | ColourFrame {
	if (layout.samples === 3) return decodeColour(bytes, layout);
	return greyFrame(readSamples(bytes, layout), layout);
}

/** A grey frame from stored values, such as those of a decoded JPEG. */
export function greyFrame(stored: ArrayLike<number>, layout: PixelLayout): GreyFrame {
	const { slope, intercept, padding } = layout;
	const values = new Float32Array(layout.rows * layout.columns);
	let lowest = Infinity;
	let highest = -Infinity;
	for (let i = 0; i < values.length; i++) {
		const raw = stored[i] ?? 0;
		const value = raw * slope + intercept;
		values[i] = value;
		if (raw === padding) continue;
		if (value < lowest) lowest = value;
		if (value > highest) highest = value;
	}
	if (lowest > highest) lowest = highest = 0;
	return {
		form: 'grey',
		width: layout.columns,
		height: layout.rows,
		values,
		inverted: layout.photometric === 'MONOCHROME1',
		window: layout.window ?? windowFrom(values, padding === null ? null : padding * slope + intercept),
		range: [lowest, highest],
	};
}

/** Grey on a canvas: opaque pixels under a window. */
export function paintGrey(frame: GreyFrame, window: GreyWindow): Uint8ClampedArray<ArrayBuffer> {
	const rgba = new Uint8ClampedArray(frame.values.length * 4);
	const width = Math.max(1, window.width);
	// PS3.3 C.11.2.1.2.1; a window one value wide is a threshold.
	const scale = width > 1 ? 255 / (width - 1) : 0;
	const centre = window.centre - 0.5;
	for (let i = 0, at = 0; i < frame.values.length; i++, at += 4) {
		const distance = (frame.values[i] ?? 0) - centre;
		const grey = scale === 0 ? (distance > 0 ? 255 : 0) : distance * scale + 127.5;
		const shade = frame.inverted ? 255 - grey : grey;
		rgba[at] = rgba[at + 1] = rgba[at + 2] = shade;
		rgba[at + 3] = 255;
	}
	return rgba;
}

/** Unpacks RLE into plain bytes of a frame, planes kept apart; null when segments are missing or too short. PS3.5 annex G. */
export function decodeRle(bytes: Uint8Array, layout: PixelLayout): Uint8Array | null {
	const { rows, columns, samples, bitsAllocated, bigEndian } = layout;
	const pixels = rows * columns;
	const sampleBytes = bitsAllocated / 8;
	const segments = samples * sampleBytes;
	if (bytes.length < 64) return null;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (view.getUint32(0, true) !== segments) return null;
	const plain = new Uint8Array(pixels * segments);
	for (let segment = 0; segment < segments; segment++) {
		const start = view.getUint32(4 + 4 * segment, true);
		const end = segment + 1 < segments ? view.getUint32(8 + 4 * segment, true) : bytes.length;
		if (start < 64 || end > bytes.length || start >= end) return null;
		// Segments hold the most significant byte of all samples first.
		const plane = Math.floor(segment / sampleBytes) * pixels * sampleBytes;
		const byte = segment % sampleBytes;
		const offset = plane + (bigEndian ? byte : sampleBytes - 1 - byte);
		if (!unpack(bytes.subarray(start, end), plain, offset, sampleBytes, pixels)) return null;
	}
	return plain;
}

/** PackBits: a count n of 0…127 copies n + 1 bytes, 129…255 repeats the next byte 257 - n times. */
function unpack(packed: Uint8Array, out: Uint8Array, offset: number, step: number, wanted: number): boolean {
	let done = 0;
	for (let at = 0; at < packed.length && done < wanted;) {
		const count = packed[at++] ?? 128;
		if (count === 128) continue;
		const isRun = count > 128;
		const length = Math.min(isRun ? 257 - count : count + 1, wanted - done);
		if (at + (isRun ? 1 : length) > packed.length) return false;
		for (let i = 0; i < length; i++) out[offset + (done + i) * step] = packed[at + (isRun ? 0 : i)] ?? 0;
		at += isRun ? 1 : count + 1;
		done += length;
	}
	return done === wanted;
}

function readSamples(bytes: Uint8Array, layout: PixelLayout): Int32Array {
	const { rows, columns, bitsAllocated, bitsStored, highBit, signed, bigEndian } = layout;
	const samples = new Int32Array(rows * columns);
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const shift = Math.max(0, highBit + 1 - bitsStored);
	const mask = 2 ** bitsStored - 1;
	const signBit = 2 ** (bitsStored - 1);
	for (let i = 0; i < samples.length; i++) {
		const word = bitsAllocated === 8 ? view.getUint8(i) : view.getUint16(2 * i, !bigEndian);
		const value = (word >> shift) & mask;
		samples[i] = signed && value >= signBit ? value - 2 * signBit : value;
	}
	return samples;
}

function decodeColour(bytes: Uint8Array, { rows, columns, planar, photometric }: PixelLayout): ColourFrame {
	const pixels = rows * columns;
	const rgba = new Uint8ClampedArray(pixels * 4);
	const [step, plane] = planar ? [1, pixels] : [3, 1];
	for (let i = 0; i < pixels; i++) {
		const first = bytes[i * step] ?? 0;
		const second = bytes[i * step + plane] ?? 0;
		const third = bytes[i * step + 2 * plane] ?? 0;
		if (photometric === 'YBR_FULL') {
			// PS3.3 C.7.6.3.1.2
			rgba[4 * i] = first + 1.402 * (third - 128);
			rgba[4 * i + 1] = first - 0.344136 * (second - 128) - 0.714136 * (third - 128);
			rgba[4 * i + 2] = first + 1.772 * (second - 128);
		} else {
			rgba[4 * i] = first;
			rgba[4 * i + 1] = second;
			rgba[4 * i + 2] = third;
		}
		rgba[4 * i + 3] = 255;
	}
	return { form: 'colour', width: columns, height: rows, rgba };
}

/** From the 1st to the 99.5th percentile of a sample of values, so that a bright mark does not darken the rest. */
function windowFrom(values: Float32Array, padding: number | null): GreyWindow {
	const step = Math.max(1, Math.floor(values.length / 50_000));
	const sample: number[] = [];
	for (let i = 0; i < values.length; i += step) {
		const value = values[i] ?? 0;
		if (value !== padding) sample.push(value);
	}
	sample.sort((a, b) => a - b);
	const low = sample[Math.floor(sample.length * 0.01)] ?? 0;
	const high = sample[Math.floor(sample.length * 0.995)] ?? 0;
	return { centre: (low + high + 1) / 2, width: Math.max(2, high - low + 1) };
}
