/**
 * The text of a QR code in a picture: by the browser's own reader where it has one, else by a small one that is loaded then. Nothing
 * leaves the device.
 */

/** The part of https://wicg.github.io/shape-detection-api/#barcode-detection-api that is used; Chromium and Safari 26 have it. */
interface BarcodeReader {
	detect(source: CanvasImageSource): Promise<{ rawValue: string }[]>;
}
type BarcodeReaderClass = (new (options: { formats: string[] }) => BarcodeReader) & {
	getSupportedFormats(): Promise<string[]>;
};

/** A picture is made smaller before it is searched: codes stay readable, and a phone's photograph has 12 million points. */
const longestSide = 1600;

/** The browser's reader; null where it has none for these codes. */
export async function browserReader(): Promise<BarcodeReader | null> {
	const Reader = (globalThis as { BarcodeDetector?: BarcodeReaderClass }).BarcodeDetector;
	if (!Reader) return null;
	const formats = await Reader.getSupportedFormats().catch((): string[] => []);
	return formats.includes('qr_code') ? new Reader({ formats: ['qr_code'] }) : null;
}

/** The text of a code in a picture; null where there is none, or the file is no picture. */
export async function readCode(picture: Blob): Promise<string | null> {
	const bitmap = await createImageBitmap(picture).catch(() => null);
	if (!bitmap) return null;
	try {
		const reader = await browserReader();
		const found = await reader?.detect(bitmap).catch(() => []);
		return found?.[0]?.rawValue ?? (await readPoints(bitmap));
	} finally {
		bitmap.close();
	}
}

async function readPoints(bitmap: ImageBitmap): Promise<string | null> {
	const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
	const width = Math.max(1, Math.round(bitmap.width * scale));
	const height = Math.max(1, Math.round(bitmap.height * scale));
	const canvas = document.createElement('canvas');
	canvas.width = width;
	canvas.height = height;
	const context = canvas.getContext('2d');
	if (!context) return null;
	context.drawImage(bitmap, 0, 0, width, height);
	const { data } = context.getImageData(0, 0, width, height);
	const { decodeQR } = await import('qr/decode.js');
	try {
		return decodeQR({ width, height, data }, { timeLimit: 1000 });
	} catch {
		return null; // no code in it
	}
}
