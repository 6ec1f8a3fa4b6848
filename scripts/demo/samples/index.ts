/**
 * The vendored files (see SOURCES.md) and, of these, the dozen records of the demo. `clinicalDate` is what the file itself says, where
 * it says so. Titles are in the patient's language.
 */
import { readFileSync } from 'node:fs';
import type { DemoPatient } from '../people.ts';

export interface Sample {
	file: string;
	kind: 'pdf' | 'image' | 'dicom' | 'fhir' | 'text';
	mediaType: string;
	title: string;
	category: 'treatments' | 'notes' | 'labs' | 'imaging' | 'documents';
	/** ISO date. */
	clinicalDate: string;
	for: DemoPatient['id'];
}

const types = {
	pdf: 'application/pdf',
	dicom: 'application/dicom',
	fhir: 'application/fhir+json',
	text: 'text/plain',
} as const;

export const samples: readonly Sample[] = [
	{
		file: 'blood-count.json',
		kind: 'fhir',
		mediaType: types.fhir,
		title: 'Full blood count',
		category: 'labs',
		clinicalDate: '2011-03-04',
		for: 'patient-1',
	},
	{
		file: 'blood-count.pdf',
		kind: 'pdf',
		mediaType: types.pdf,
		title: 'Blood count, as printed by the laboratory',
		category: 'labs',
		clinicalDate: '2011-03-04',
		for: 'patient-1',
	},
	{
		file: 'brain-mri.dcm',
		kind: 'dicom',
		mediaType: types.dicom,
		title: 'MRI of the head',
		category: 'imaging',
		clinicalDate: '2001-03-16',
		for: 'patient-1',
	},
	{
		file: 'lipids.json',
		kind: 'fhir',
		mediaType: types.fhir,
		title: 'Cholesterol and other fats',
		category: 'labs',
		clinicalDate: '2011-03-04',
		for: 'patient-1',
	},
	{
		file: 'my-questions.txt',
		kind: 'text',
		mediaType: types.text,
		title: 'Questions for my visit',
		category: 'documents',
		clinicalDate: '2026-11-18',
		for: 'patient-1',
	},
	{
		file: 'patient-summary.json',
		kind: 'fhir',
		mediaType: types.fhir,
		title: 'ملخّص المريض الدولي',
		category: 'documents',
		clinicalDate: '2024-09-13',
		for: 'patient-2',
	},
	{
		file: 'portrait.jpg',
		kind: 'image',
		mediaType: 'image/jpeg',
		title: 'صورة شخصية',
		category: 'documents',
		clinicalDate: '2026-10-12',
		for: 'patient-2',
	},
	{
		file: 'chest-ct.dcm',
		kind: 'dicom',
		mediaType: types.dicom,
		title: 'تصوير مقطعي للصدر',
		category: 'imaging',
		clinicalDate: '2003-12-08',
		for: 'patient-2',
	},
	{
		file: 'coronary-angiogram.dcm',
		kind: 'dicom',
		mediaType: types.dicom,
		title: 'Coronary angiogram, moving',
		category: 'imaging',
		clinicalDate: '1994-10-13',
		for: 'patient-3',
	},
	{
		file: 'coronary-angiogram.jpg',
		kind: 'image',
		mediaType: 'image/jpeg',
		title: 'Coronary angiogram, still picture',
		category: 'imaging',
		clinicalDate: '1994-10-13',
		for: 'patient-3',
	},
	{
		file: 'sputum-culture.json',
		kind: 'fhir',
		mediaType: types.fhir,
		title: 'Culture of sputum',
		category: 'labs',
		clinicalDate: '2016-08-15',
		for: 'patient-3',
	},
	{
		file: 'heart-mri.dcm',
		kind: 'dicom',
		mediaType: types.dicom,
		title: 'MRI of the heart, 16 images',
		category: 'imaging',
		clinicalDate: '1995-06-26',
		for: 'patient-3',
	},
	{
		file: 'family-history.png',
		kind: 'image',
		mediaType: 'image/png',
		title: 'Family history, drawn',
		category: 'documents',
		clinicalDate: '2026-09-21',
		for: 'patient-3',
	},
	{
		file: 'chest-ct-jpeg-2000.dcm',
		kind: 'dicom',
		mediaType: types.dicom,
		title: 'CT of the chest, compressed',
		category: 'imaging',
		clinicalDate: '2004-08-26',
		for: 'patient-3',
	},
];

/** The bytes of a vendored file. */
export function sampleBytes(file: string): Uint8Array<ArrayBuffer> {
	return new Uint8Array(readFileSync(new URL(file, import.meta.url)));
}
