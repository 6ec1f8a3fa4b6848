/**
 * Makes a screenshot small: the same picture as a PNG of at most 256 colours, a quarter of the size. Colours are parted where they differ
 * most (the box with the greatest squared error is halved at its mean, on its widest side: Wu, "Efficient Statistical Computations for
 * Optimal Color Quantization", 1991, without its tables); a colour that makes up most of its box, such as a background, stays exact.
 */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from('89504e470d0a1a0a', 'hex');

/** A picture of one colour (0xRRGGBB) for each pixel. */
export interface Picture {
	width: number;
	height: number;
	pixels: Uint32Array;
}

interface Box {
	/** Colours, and how many pixels have each. */
	colours: (readonly [colour: number, count: number])[];
	error: number;
	/** The channel (0 red, 1 green, 2 blue) that differs most, and its mean. */
	channel: number;
	mean: number;
}

/** The same picture with at most 256 colours. Takes what a browser writes: 8 bits a channel, not interlaced. */
export function toPalettePng(png: Uint8Array): Buffer {
	const { width, height, pixels } = decodePng(png);
	const counts = new Map<number, number>();
	for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
	const boxes = partColours([...counts], 256);
	const indexOf = new Map(boxes.flatMap(({ colours }, index) => colours.map(([colour]) => [colour, index] as const)));
	const rows = Buffer.alloc((width + 1) * height);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			rows[y * (width + 1) + 1 + x] = indexOf.get(pixels[y * width + x] ?? 0) ?? 0;
		}
	}
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	header.set([8, 3, 0, 0, 0], 8);
	const palette = Buffer.from(boxes.flatMap((box) => channels(colourOf(box))));
	return Buffer.concat([
		signature,
		chunk('IHDR', header),
		chunk('PLTE', palette),
		chunk('IDAT', deflateSync(rows, { level: 9 })),
		chunk('IEND', Buffer.alloc(0)),
	]);
}

/** Reads a PNG of 8 bits a channel with or without transparency (which is dropped), or with a palette. Throws a TypeError for any other. */
export function decodePng(png: Uint8Array): Picture {
	const file = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
	const parts = new Map<string, Buffer[]>();
	for (let at = 8; at + 12 <= file.length; at += 12 + file.readUInt32BE(at)) {
		const type = file.toString('latin1', at + 4, at + 8);
		parts.set(type, [...(parts.get(type) ?? []), file.subarray(at + 8, at + 8 + file.readUInt32BE(at))]);
	}
	const header = parts.get('IHDR')?.[0];
	const perPixel = { 2: 3, 3: 1, 6: 4 }[header?.[9] ?? 0];
	const wanted = header?.[8] === 8 && header[12] === 0;
	if (!file.subarray(0, 8).equals(signature) || !header || !perPixel || !wanted) {
		throw new TypeError('not a PNG of 8 bits a channel');
	}
	const width = header.readUInt32BE(0);
	const height = header.readUInt32BE(4);
	const bytes = unfilter(inflateSync(Buffer.concat(parts.get('IDAT') ?? [])), width * perPixel, height, perPixel);
	const palette = parts.get('PLTE')?.[0];
	const pixels = new Uint32Array(width * height);
	for (let i = 0; i < pixels.length; i++) {
		const [from, at] = perPixel === 1 && palette ? [palette, (bytes[i] ?? 0) * 3] : [bytes, i * perPixel];
		pixels[i] = ((from[at] ?? 0) << 16) | ((from[at + 1] ?? 0) << 8) | (from[at + 2] ?? 0);
	}
	return { width, height, pixels };
}

/** Undoes the filters of PNG (ISO/IEC 15948, 9.2). */
function unfilter(data: Buffer, rowBytes: number, height: number, perPixel: number): Uint8Array {
	const out = new Uint8Array(rowBytes * height);
	for (let y = 0; y < height; y++) {
		const filter = data[y * (rowBytes + 1)];
		for (let x = 0; x < rowBytes; x++) {
			const i = y * rowBytes + x;
			const left = x < perPixel ? 0 : (out[i - perPixel] ?? 0);
			const up = y === 0 ? 0 : (out[i - rowBytes] ?? 0);
			const corner = x < perPixel || y === 0 ? 0 : (out[i - rowBytes - perPixel] ?? 0);
			const guess = [0, left, up, (left + up) >> 1, nearest(left, up, corner)][filter ?? 0] ?? 0;
			out[i] = (data[i + y + 1] ?? 0) + guess;
		}
	}
	return out;
}

/** Paeth's predictor. */
function nearest(left: number, up: number, corner: number): number {
	const guess = left + up - corner;
	const [toLeft, toUp, toCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
	if (toLeft <= toUp && toLeft <= toCorner) return left;
	return toUp <= toCorner ? up : corner;
}

function partColours(colours: Box['colours'], most: number): Box[] {
	const boxes = [measure(colours)];
	while (boxes.length < most) {
		const worst = boxes.reduce((a, b) => (b.error > a.error ? b : a));
		if (worst.error === 0) break;
		const isLow = ([colour]: readonly [number, number]) => channelOf(colour, worst.channel) <= worst.mean;
		boxes.splice(
			boxes.indexOf(worst),
			1,
			measure(worst.colours.filter((entry) => isLow(entry))),
			measure(worst.colours.filter((entry) => !isLow(entry))),
		);
	}
	return boxes;
}

function measure(colours: Box['colours']): Box {
	const total = colours.reduce((sum, [, count]) => sum + count, 0);
	const sides = [0, 1, 2].map((channel) => {
		const mean = colours.reduce((sum, [colour, count]) => sum + channelOf(colour, channel) * count, 0) / total;
		const error = colours.reduce((sum, [colour, count]) => sum + (channelOf(colour, channel) - mean) ** 2 * count, 0);
		return { channel, mean, error: colours.length > 1 ? error : 0 };
	});
	const { channel, mean } = sides.reduce((a, b) => (b.error > a.error ? b : a));
	return { colours, channel, mean, error: sides.reduce((sum, { error }) => sum + error, 0) };
}

/** What stands for all colours of a box: the one that most of its pixels have, else their mean. */
function colourOf({ colours }: Box): number {
	const total = colours.reduce((sum, [, count]) => sum + count, 0);
	const [most, count] = colours.reduce((a, b) => (b[1] > a[1] ? b : a));
	if (count * 2 >= total) return most;
	const mean = (channel: number) =>
		Math.round(colours.reduce((sum, [colour, n]) => sum + channelOf(colour, channel) * n, 0) / total);
	return (mean(0) << 16) | (mean(1) << 8) | mean(2);
}

function channels(colour: number): [number, number, number] {
	return [channelOf(colour, 0), channelOf(colour, 1), channelOf(colour, 2)];
}

function channelOf(colour: number, channel: number): number {
	return (colour >> (16 - channel * 8)) & 0xff;
}

function chunk(type: string, data: Buffer): Buffer {
	const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
	const out = Buffer.alloc(body.length + 8);
	out.writeUInt32BE(data.length, 0);
	out.set(body, 4);
	out.writeUInt32BE(crc32(body), body.length + 4);
	return out;
}
