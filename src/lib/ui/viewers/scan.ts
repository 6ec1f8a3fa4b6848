/** Opens a scan in the browser: the file, and frames as pixels, JPEG included. Loaded only when a scan is shown. */
import { openDicom, type DicomFile, type DicomProblem } from './dicom.ts';
import { greyFrame, readFrame, type ColourFrame, type GreyFrame } from './dicom-pixels.ts';

export type Picture = GreyFrame | ColourFrame;

export interface Scan {
	file: DicomFile;
	first: Picture;
	/** The picture of a frame, the first being 0. */
	frame: (index: number) => Promise<Picture | DicomProblem>;
}

/** A scan with its first picture, or why it cannot be shown. Never throws. */
export async function openScan(blob: Blob): Promise<Scan | DicomProblem> {
	const file = openDicom(new Uint8Array(await blob.arrayBuffer()));
	if (typeof file === 'string') return file;
	const frame = (index: number) => pictureOf(file, index);
	const first = await frame(0);
	return typeof first === 'string' ? first : { file, first, frame };
}

async function pictureOf(file: DicomFile, index: number): Promise<Picture | DicomProblem> {
	const frame = readFrame(file, index);
	if (typeof frame === 'string' || frame.form !== 'jpeg') return frame;
	const { rows: height, columns: width, samples } = file.layout;
	try {
		const bitmap = await createImageBitmap(new Blob([frame.bytes.slice()], { type: 'image/jpeg' }));
		const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
		if (!context) return 'unsupported';
		context.drawImage(bitmap, 0, 0);
		bitmap.close();
		const rgba = context.getImageData(0, 0, width, height).data;
		if (samples === 3) return { form: 'colour', width, height, rgba };
		const grey = new Uint8Array(width * height);
		for (let i = 0; i < grey.length; i++) grey[i] = rgba[4 * i] ?? 0;
		return greyFrame(grey, file.layout);
	} catch {
		return 'damaged';
	}
}
