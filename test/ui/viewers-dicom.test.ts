/** Scans: every vendored file, layouts made by hand, and files that lie. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8 } from '#lib/bytes.ts';
import { decodeRle, paintGrey, readFrame, type ColourFrame, type GreyFrame } from '#lib/ui/viewers/dicom-pixels.ts';
import { scanBeginning } from '#lib/ui/viewers/dicom-beginning.ts';
import { openDicom, type DicomFile } from '#lib/ui/viewers/dicom.ts';
import { jpegSize } from '#lib/ui/viewers/jpeg-size.ts';
import { sampleBytes } from '../../scripts/demo/samples/index.ts';
import { runs } from '../slow.ts';
import { makeDicom, words16, type Made } from './dicom-file.ts';

function opened(bytes: Uint8Array): DicomFile {
	const file = openDicom(bytes);
	if (typeof file === 'string') throw new Error(`not opened: ${file}`);
	return file;
}
function grey(bytes: Uint8Array, index = 0): GreyFrame {
	const frame = readFrame(opened(bytes), index);
	if (typeof frame === 'string' || frame.form !== 'grey') throw new Error('not grey');
	return frame;
}
function colours(made: Made): number[] {
	const frame = readFrame(opened(makeDicom(made)), 0) as ColourFrame;
	return [...frame.rgba];
}
const shades = (frame: GreyFrame, window = frame.window): number[] =>
	[...paintGrey(frame, window)].filter((_, i) => i % 4 === 0);
const hash = (bytes: ArrayBufferView) =>
	createHash('sha256')
		.update(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength))
		.digest('hex')
		.slice(0, 16);

describe('vendored scans', () => {
	it.each([
		['brain-mri.dcm', 'MR', 'FSE PD AXIAL OBL', 256, 256, 1, [1, 897]],
		['brain-mri-big-endian.dcm', 'MR', 'FSE PD AXIAL OBL', 256, 256, 1, [1, 891]],
		['head-mri-implicit.dcm', 'MR', 'FLAIR', 256, 256, 1, [0, 575]],
		['heart-mri.dcm', 'MR', 'MRI', 256, 256, 16, [0, 252]],
		['chest-ct.dcm', 'CT', 'e+1', 512, 512, 1, [-1024, 1254]],
	] as const)('%s is decoded', (name, modality, description, width, height, frames, range) => {
		const file = opened(sampleBytes(name));
		expect(file).toMatchObject({ modality, description, frames });
		expect(grey(sampleBytes(name))).toMatchObject({ width, height, range });
	});

	it('sixteen images of a beating heart differ, and there is no seventeenth', () => {
		const file = opened(sampleBytes('heart-mri.dcm'));
		const frames = Array.from({ length: 16 }, (_, i) => hash((readFrame(file, i) as GreyFrame).values));
		expect(new Set(frames).size).toBe(16);
		expect(readFrame(file, 16)).toBe('damaged');
		expect(readFrame(file, -1)).toBe('damaged');
		expect(readFrame(file, 0.5)).toBe('damaged');
	});

	it('an angiogram gives one whole JPEG an image, the same as the picture beside it', () => {
		const file = opened(sampleBytes('coronary-angiogram.dcm'));
		expect(file.frames).toBe(12);
		const frame = readFrame(file, 4);
		if (typeof frame === 'string' || frame.form !== 'jpeg') throw new Error('not a JPEG');
		const picture = sampleBytes('coronary-angiogram.jpg');
		expect(hash(frame.bytes.subarray(0, picture.length))).toBe(hash(picture));
		expect(jpegSize(frame.bytes)).toEqual({ width: 512, height: 512 });
	});

	it.each(['chest-ct-jpeg-2000.dcm', 'chest-ct-jpeg-lossless.dcm', 'deflated.dcm'])('%s is told apart', (name) => {
		expect(openDicom(sampleBytes(name))).toBe('compressed');
	});
});

describe('pixel layouts', () => {
	const square = { rows: 1, columns: 4 };

	it('twelve bits in sixteen, with and without sign', () => {
		const pixels = words16([0, 2047, 2048, 4095]);
		const twelve = { ...square, pixels, bitsAllocated: 16, bitsStored: 12 };
		expect([...grey(makeDicom(twelve)).values]).toEqual([0, 2047, 2048, 4095]);
		expect([...grey(makeDicom({ ...twelve, signed: true })).values]).toEqual([0, 2047, -2048, -1]);
	});

	it('stray bits above the stored ones are ignored', () => {
		const pixels = words16([0x0001, 0x7001, -0x1000 + 1, 1]);
		const frame = grey(makeDicom({ ...square, pixels, bitsAllocated: 16, bitsStored: 12 }));
		expect([...frame.values]).toEqual([1, 1, 1, 1]);
	});

	it('slope and intercept give real values; a slope of nothing does not', () => {
		const made = { ...square, pixels: Uint8Array.of(0, 1, 2, 3), slope: '2', intercept: '-1024' };
		expect([...grey(makeDicom(made)).values]).toEqual([-1024, -1022, -1020, -1018]);
		expect([...grey(makeDicom({ ...made, slope: '0' })).values]).toEqual([-1024, -1023, -1022, -1021]);
	});

	it('the window of the file is the standard’s linear function', () => {
		// PS3.3 C.11.2.1.2.1, note 3: centre 2048, width 4096 over 12 bits is y = 255 * x / 4095.
		const values = [0, 1365, 2730, 4095];
		const made = { ...square, pixels: words16(values), bitsAllocated: 16, centre: '2048', width: '4096' };
		const frame = grey(makeDicom(made));
		expect(frame.window).toEqual({ centre: 2048, width: 4096 });
		expect(shades(frame)).toEqual([0, 85, 170, 255]);
		expect(shades(frame, { centre: 2000, width: 1 })).toEqual([0, 0, 255, 255]);
	});

	it('a window without width is replaced by one from the values', () => {
		const made = { ...square, pixels: Uint8Array.of(10, 20, 30, 40), centre: '0', width: '0' };
		const frame = grey(makeDicom(made));
		expect(shades(frame)[0]).toBe(0);
		expect(shades(frame)[3]).toBe(255);
	});

	it('MONOCHROME1 is white where it is nothing', () => {
		const made = { ...square, pixels: Uint8Array.of(0, 85, 170, 255), centre: '128', width: '256' };
		expect(shades(grey(makeDicom({ ...made, photometric: 'MONOCHROME1' })))).toEqual([255, 170, 85, 0]);
	});

	it('colour lies pixel by pixel or colour by colour', () => {
		const two = { rows: 1, columns: 2, samples: 3, photometric: 'RGB' };
		const expected = [1, 2, 3, 255, 4, 5, 6, 255];
		expect(colours({ ...two, pixels: Uint8Array.of(1, 2, 3, 4, 5, 6) })).toEqual(expected);
		expect(colours({ ...two, planar: true, pixels: Uint8Array.of(1, 4, 2, 5, 3, 6) })).toEqual(expected);
	});

	it('YBR_FULL becomes red, green and blue', () => {
		const made = { rows: 1, columns: 1, samples: 3, photometric: 'YBR_FULL', pixels: Uint8Array.of(76, 85, 255) };
		expect(colours(made)).toEqual([254, 0, 0, 255]);
	});

	it('a description is read in its own character set, without signs that turn its direction', () => {
		const made = { ...square, pixels: new Uint8Array(4), charset: 'ISO_IR 192' };
		expect(opened(makeDicom({ ...made, description: utf8('\u202eصدر الصدر ') })).description).toBe('صدر الصدر');
	});
});

describe('files that lie', () => {
	const made = { rows: 2, columns: 2, pixels: new Uint8Array(4) };

	it.each([
		['no bytes', new Uint8Array(), 'not-dicom'],
		['text', utf8('DICOM? no.'.repeat(100)), 'not-dicom'],
		['a scan without its pixels', makeDicom({ ...made, rows: 0 }), 'no-picture'],
		['more rows than pixels', makeDicom({ ...made, rows: 3 }), 'damaged'],
		['65535 by 65535', makeDicom({ ...made, rows: 65535, columns: 65535 }), 'too-large'],
		['pixels said to be longer than the file', makeDicom({ ...made, saidLength: 1_000_000 }), 'damaged'],
		['a bit depth that nobody has', makeDicom({ ...made, bitsAllocated: 7 }), 'unsupported'],
		['a palette', makeDicom({ ...made, photometric: 'PALETTE COLOR' }), 'unsupported'],
		['four colours', makeDicom({ ...made, samples: 4, photometric: 'CMYK' }), 'unsupported'],
		['colour said to be sixteen bits', makeDicom({ ...made, samples: 3, bitsAllocated: 16 }), 'unsupported'],
		['half-sampled colour', makeDicom({ ...made, samples: 3, photometric: 'YBR_FULL_422' }), 'unsupported'],
		['a private syntax', makeDicom({ ...made, syntax: '1.3.46.670589.33.1.4.1' }), 'unsupported'],
		['a film', makeDicom({ ...made, syntax: '1.2.840.10008.1.2.4.102' }), 'compressed'],
	] as const)('%s', (_, bytes, problem) => {
		expect(openDicom(bytes)).toBe(problem);
	});

	it('a million frames are as many as there are', () => {
		expect(opened(makeDicom({ ...made, frames: 999_999 })).frames).toBe(1);
		expect(opened(makeDicom({ ...made, frames: -3 })).frames).toBe(1);
	});

	it('a JPEG of other dimensions than promised is not handed on', () => {
		const bytes = sampleBytes('coronary-angiogram.dcm');
		const jpeg = bytes.findIndex((_, i) => bytes[i] === 0xff && bytes[i + 1] === 0xc0 && bytes[i + 4] === 8);
		expect(jpeg).toBeGreaterThan(0);
		bytes.set([0x75, 0x30], jpeg + 5); // 30,000 rows
		expect(readFrame(opened(bytes), 0)).toBe('damaged');
		expect(typeof readFrame(opened(bytes), 1)).toBe('object');
	});

	it.each(['brain-mri.dcm', 'chest-ct.dcm', 'coronary-angiogram.dcm'])('%s cut anywhere gives a problem', (name) => {
		const whole = sampleBytes(name);
		fc.assert(
			fc.property(fc.integer({ min: 0, max: whole.length - 20_000 }), (length) => {
				const file = openDicom(whole.subarray(0, length));
				const result = typeof file === 'string' ? file : readFrame(file, file.frames - 1);
				expect(typeof result === 'string' || result.form === 'jpeg').toBe(true);
			}),
			{ numRuns: 40 },
		);
	});

	it.each(['brain-mri.dcm', 'chest-ct.dcm', 'coronary-angiogram.dcm'])('%s with flipped bytes never throws', (name) => {
		const whole = sampleBytes(name);
		const flips = fc.array(fc.tuple(fc.integer({ min: 128, max: 12_000 }), fc.integer({ min: 0, max: 255 })));
		fc.assert(
			fc.property(flips, (changes) => {
				const bytes = whole.slice();
				for (const [at, byte] of changes) bytes[at] = byte;
				const file = openDicom(bytes);
				if (typeof file !== 'string') readFrame(file, 0);
			}),
			{ numRuns: 60 },
		);
	});

	it('RLE that promises more than it holds is refused', () => {
		const { layout } = opened(sampleBytes('chest-ct.dcm'));
		const header = (count: number, ...offsets: number[]) => {
			const view = new DataView(new ArrayBuffer(80));
			view.setUint32(0, count, true);
			offsets.forEach((offset, i) => view.setUint32(4 + 4 * i, offset, true));
			return new Uint8Array(view.buffer);
		};
		expect(decodeRle(new Uint8Array(10), layout)).toBeNull();
		expect(decodeRle(header(15, 64), layout)).toBeNull();
		expect(decodeRle(header(2, 64, 72), layout)).toBeNull();
		expect(decodeRle(header(2, 0xffffffff, 72), layout)).toBeNull();
		expect(decodeRle(header(2, 64, 0xffffffff), layout)).toBeNull();
	});

	it('RLE of any bytes ends, with null or a whole frame', () => {
		const { layout } = opened(makeDicom({ rows: 8, columns: 8, pixels: new Uint8Array(64) }));
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 200 }), (packed) => {
				const bytes = new Uint8Array(64 + packed.length);
				bytes[0] = 1;
				bytes[4] = 64;
				bytes.set(packed, 64);
				expect([undefined, 64]).toContain(decodeRle(bytes, layout)?.length);
			}),
		);
	});

	it('a JPEG header of any bytes is read without an exception', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 100 }), (rest) => {
				expect(() => jpegSize(Uint8Array.of(0xff, 0xd8, ...rest))).not.toThrow();
			}),
		);
	});
});

describe('the beginning of a large scan', () => {
	async function beginning(bytes: Uint8Array): Promise<Uint8Array | null> {
		const blob = scanBeginning(bytes as Uint8Array<ArrayBuffer>);
		return blob && new Uint8Array(await blob.arrayBuffer());
	}

	it.each([
		['brain-mri.dcm', 1],
		['brain-mri-big-endian.dcm', 1],
		['head-mri-implicit.dcm', 1],
		['heart-mri.dcm', 16],
		['coronary-angiogram.dcm', 12],
	] as const)('%s, cut off anywhere, has the pictures that are whole, as they are', async (name, frames) => {
		const bytes = sampleBytes(name);
		const whole = opened(bytes);
		const pictures = Array.from({ length: frames }, (_, i) => hash(whole.frameBytes(i)!));
		let most = 0;
		for (let share = 1; share <= 40; share++) {
			const cut = await beginning(bytes.subarray(0, Math.floor((bytes.length * share) / 40)));
			if (!cut) continue;
			const file = opened(cut);
			expect(file.frames).toBeGreaterThanOrEqual(most);
			most = file.frames;
			for (let i = 0; i < file.frames; i++) expect(hash(file.frameBytes(i)!)).toBe(pictures[i]);
			expect(file.layout).toEqual(whole.layout);
		}
		expect(most).toBe(frames);
	});

	it('is nothing where no picture is whole, or it is no scan', async () => {
		const bytes = sampleBytes('heart-mri.dcm');
		expect(await beginning(bytes.subarray(0, 2000))).toBeNull();
		expect(await beginning(utf8('%PDF-1.7'))).toBeNull();
		expect(await beginning(new Uint8Array())).toBeNull();
		expect(await beginning(sampleBytes('deflated.dcm').subarray(0, 3000))).toBeNull();
		expect(await beginning(makeDicom({ rows: 0, columns: 4, pixels: new Uint8Array(64) }))).toBeNull();
	});

	it('with bytes changed anywhere is nothing, or opens as any file does', async () => {
		const bytes = makeDicom({ rows: 4, columns: 4, frames: 4, pixels: new Uint8Array(64) });
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 6 }),
				fc.nat(bytes.length),
				async (changes, length) => {
					// prettier-ignore
					const hostile = bytes.slice(0, length);
					for (const [at, value] of changes) hostile[at] = value;
					const cut = await beginning(hostile);
					if (cut) expect(() => openDicom(cut)).not.toThrow();
					if (cut) expect(cut.length).toBeLessThanOrEqual(length + 8);
				},
			),
			runs(300, 3000),
		);
	});
});
