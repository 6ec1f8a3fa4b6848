/** Treatments that hospitals add in the demo; their form is that of `src/lib/fhir/treatment-input.ts`. Invented. */
import type { DemoPatient } from './people.ts';

export interface DemoTreatment {
	for: DemoPatient['id'];
	/** Account of the clinician who writes it; their hospital signs. */
	author: number;
	form: {
		title: string;
		startedOn: string;
		endedOn: string | null;
		conditions: { text: string; code?: { system: string; code: string } }[];
		medicines: { name: string; dose: string }[];
		notes: string;
	};
}

const icd10 = 'http://hl7.org/fhir/sid/icd-10';

export const treatments: readonly DemoTreatment[] = [
	{
		for: 'patient-1',
		author: 3,
		form: {
			title: 'Pneumonia, treated in hospital',
			startedOn: '2026-11-03',
			endedOn: '2026-11-10',
			conditions: [{ text: 'Pneumonia of the right lower lobe', code: { system: icd10, code: 'J18.1' } }],
			medicines: [
				{ name: 'Amoxicillin 875 mg with clavulanic acid 125 mg', dose: '1 tablet twice a day with food, for 7 days' },
				{ name: 'Paracetamol 500 mg', dose: '1 or 2 tablets when needed, at most 8 in a day' },
			],
			notes:
				'Admitted with fever of 39.2 °C, cough and pain on breathing in. White cells 18.2, CRP 164 on admission; 9.1 and 22 on the day of leaving.\n\nNo fluid around the lung. Walks the ward without oxygen since day 4. X-ray again in six weeks.',
		},
	},
	{
		for: 'patient-2',
		author: 4,
		form: {
			title: 'مراجعة ضغط الدم',
			startedOn: '2026-10-12',
			endedOn: null,
			conditions: [{ text: 'ارتفاع ضغط الدم الأساسي', code: { system: icd10, code: 'I10' } }],
			medicines: [{ name: 'Lisinopril 5 mg', dose: 'حبة واحدة كل صباح' }],
			notes: 'الضغط في العيادة 142/84. لا دوخة عند الوقوف. فحص البوتاسيوم والكرياتينين بعد أسبوعين.',
		},
	},
	{
		for: 'patient-3',
		author: 4,
		form: {
			title: 'Coronary angiogram',
			startedOn: '2026-09-21',
			endedOn: '2026-09-22',
			conditions: [{ text: 'Chest pain on effort', code: { system: icd10, code: 'R07.4' } }],
			medicines: [{ name: 'Aspirin 75 mg', dose: '1 tablet a day' }],
			notes: '',
		},
	},
];
