/** A clinician's screens. */
import { see, signInAs } from '../actions.ts';
import type { Scene } from '../stage.ts';

export const clinician: Scene = {
	name: 'clinician',
	title: 'A clinician',
	async play({ enter, camera, addressOf }) {
		const mariam = addressOf('Mariam Al-Khatib');
		const page = await enter();
		await signInAs(page, 'Dr Layla Haddad');
		await see(page.getByRole('link', { name: 'Mariam Al-Khatib' }));
		await camera.take(page, 'clinician-home', 'Home: add a treatment, patients, requests');
		await page.goto(`patient?address=${mariam}`);
		await see(page.getByRole('link', { name: 'Full blood count' }));
		await camera.take(page, 'patient', 'One patient: what may be read, until when, and the history');
		await page.goto(`treat?patient=${mariam}`);
		await page.getByLabel('Title', { exact: true }).fill('Check-up after pneumonia');
		await page.getByLabel('Condition 1').fill('Pneumonia, healed');
		await page.getByLabel('Medicine 1').fill('None');
		await page.getByLabel('Doctor’s notes').fill('Lungs clear on both sides. Walks and climbs stairs as before.');
		await camera.take(page, 'treat', 'Adding a treatment to a patient’s history');
		await page.goto(`ask?patient=${mariam}`);
		await page.getByLabel('Why do you ask?').fill('To see whether the pneumonia has healed');
		await page.getByLabel('Lab results').check();
		await page.getByLabel('Scans and images').check();
		await camera.take(page, 'ask', 'Asking a patient, with the sentence that they will read');

		await signInAs(page, 'Dr Omar Nasser');
		await page.goto('patients');
		await see(page.getByRole('table'));
		await camera.take(page, 'patients', 'Patients, and what may be read of each');
		await page.goto('requests');
		await see(page.getByText(/Approved/));
		await camera.take(page, 'requests', 'Requests that were sent, and what came of them');
	},
};
