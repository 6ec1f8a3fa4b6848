/** What can be shown of a large file by its beginning alone: text, the first entries of a bundle, the first pictures of a scan. */
import { bundleBeginning, detectFile, headBytes } from '#lib/fhir/index.ts';
import type { ViewerLabel } from './label.ts';

export interface Beginning {
	/** A file by itself, for the same viewer as the whole. */
	blob: Blob;
	/** The viewer shows more once it has the whole. */
	isPart: boolean;
}

/** What to show of the first bytes of a file; null where the whole is needed. Never throws. */
export async function beginningOf(blob: Blob, { fileName, mediaType }: ViewerLabel): Promise<Beginning | null> {
	try {
		const bytes = new Uint8Array(await blob.arrayBuffer());
		switch (detectFile(bytes.subarray(0, headBytes), fileName, mediaType).kind) {
			case 'text':
				return { blob, isPart: false };
			case 'fhir': {
				const bundle = bundleBeginning(bytes);
				return bundle && { blob: new Blob([bundle]), isPart: true };
			}
			case 'dicom': {
				const [{ scanBeginning }, { openScan }] = await Promise.all([
					import('./dicom-beginning.ts'),
					import('./scan.ts'),
				]);
				const scan = scanBeginning(bytes);
				return scan && typeof (await openScan(scan)) !== 'string' ? { blob: scan, isPart: true } : null;
			}
			default:
				return null;
		}
	} catch {
		return null;
	}
}
