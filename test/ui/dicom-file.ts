/** Small DICOM files made by hand, for what no vendored sample has. Explicit VR, little endian, PS3.5 chapter 7. */
import { concat, utf8 } from '#lib/bytes.ts';

export interface Made {
	rows: number;
	columns: number;
	pixels: Uint8Array;
	syntax?: string;
	samples?: number;
	photometric?: string;
	bitsAllocated?: number;
	bitsStored?: number;
	signed?: boolean;
	planar?: boolean;
	frames?: number;
	slope?: string;
	intercept?: string;
	centre?: string;
	width?: string;
	/** Said length of the pixel data, where it should lie. */
	saidLength?: number;
	charset?: string;
	description?: Uint8Array;
}

export function makeDicom(made: Made): Uint8Array {
	const bits = made.bitsAllocated ?? 8;
	const elements = [
		text(0x0008, 0x0005, 'CS', made.charset),
		text(0x0008, 0x0060, 'CS', 'OT'),
		made.description ? element(0x0008, 0x103e, 'LO', pad(made.description)) : null,
		word(0x0028, 0x0002, made.samples ?? 1),
		text(0x0028, 0x0004, 'CS', made.photometric ?? 'MONOCHROME2'),
		made.samples === 3 ? word(0x0028, 0x0006, made.planar ? 1 : 0) : null,
		text(0x0028, 0x0008, 'IS', made.frames?.toString()),
		word(0x0028, 0x0010, made.rows),
		word(0x0028, 0x0011, made.columns),
		word(0x0028, 0x0100, bits),
		word(0x0028, 0x0101, made.bitsStored ?? bits),
		word(0x0028, 0x0102, (made.bitsStored ?? bits) - 1),
		word(0x0028, 0x0103, made.signed ? 1 : 0),
		text(0x0028, 0x1050, 'DS', made.centre),
		text(0x0028, 0x1051, 'DS', made.width),
		text(0x0028, 0x1052, 'DS', made.intercept),
		text(0x0028, 0x1053, 'DS', made.slope),
		element(0x7fe0, 0x0010, 'OW', pad(made.pixels), made.saidLength),
	].filter((each) => each !== null);
	const meta = text(0x0002, 0x0010, 'UI', made.syntax ?? '1.2.840.10008.1.2.1');
	if (!meta) throw new Error('a syntax is always there');
	const length = element(0x0002, 0x0000, 'UL', Uint8Array.of(meta.length, 0, 0, 0));
	return concat(new Uint8Array(128), utf8('DICM'), length, meta, ...elements);
}

/** 16-bit little endian. */
export function words16(values: number[]): Uint8Array {
	return new Uint8Array(Int16Array.from(values).buffer);
}

function word(group: number, number: number, value: number): Uint8Array {
	return element(group, number, 'US', Uint8Array.of(value & 0xff, value >> 8));
}

function text(group: number, number: number, vr: string, value: string | undefined): Uint8Array | null {
	return value === undefined ? null : element(group, number, vr, pad(utf8(value)));
}

function pad(bytes: Uint8Array): Uint8Array {
	return bytes.length % 2 === 0 ? bytes : concat(bytes, Uint8Array.of(0x20));
}

function element(group: number, number: number, vr: string, value: Uint8Array, said = value.length): Uint8Array {
	const long = vr === 'OW';
	const head = new DataView(new ArrayBuffer(long ? 12 : 8));
	head.setUint16(0, group, true);
	head.setUint16(2, number, true);
	head.setUint8(4, vr.charCodeAt(0));
	head.setUint8(5, vr.charCodeAt(1));
	if (long) head.setUint32(8, said, true);
	else head.setUint16(6, said, true);
	return concat(new Uint8Array(head.buffer), value);
}
