/** What a viewer is told about a file. It comes from whoever added the file, so that it is believed in words only: bytes decide. */
import { m } from '#lib/i18n/index.ts';
import type { FileKind } from '#lib/fhir/index.ts';

export interface ViewerLabel {
	title: string;
	kind: FileKind;
	mediaType: string;
	fileName: string;
	/** Bytes. */
	size: number;
}

const kindWords: Record<FileKind, () => string> = {
	pdf: m.record_kind_pdf,
	image: m.record_kind_image,
	dicom: m.record_kind_dicom,
	fhir: m.record_kind_fhir,
	text: m.record_kind_text,
	other: m.record_kind_other,
};

/** "a PDF", "text" */
export function kindWord(kind: FileKind): string {
	return kindWords[kind]();
}

/**
 * A name to save under: without folders, without characters that are invisible, turn direction or mean something to a file system, and
 * at most 120 characters long, its ending kept. A name of which nothing is left becomes `record`.
 */
export function safeFileName(name: string): string {
	const cleaned = name
		.replace(/[\p{Cc}\p{Cf}]/gu, '')
		.replace(/[/\\:*?"<>|]/g, '_')
		.replace(/^[.\s]+|[.\s]+$/g, '');
	if (cleaned === '') return 'record';
	const letters = Array.from(cleaned);
	if (letters.length <= 120) return cleaned;
	const ending = /\.[A-Za-z0-9]{1,10}$/.exec(cleaned)?.[0] ?? '';
	return letters.slice(0, 120 - ending.length).join('') + ending;
}
