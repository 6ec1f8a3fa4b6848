/** Somebody's first visit as a patient: three steps, then pages that are still empty. */
import { register, sayWho, see } from '../actions.ts';
import type { Scene } from '../stage.ts';

export const newcomer: Scene = {
	name: 'newcomer',
	title: 'A first visit',
	async play({ enter, camera }) {
		const page = await enter();
		await sayWho(page, 'A new patient', 'A patient', 'Salma Odeh');
		await camera.take(page, 'first-visit-who', 'First step: who you are, and where your files go');
		await page.getByRole('button', { name: 'Continue' }).click();
		await see(page.getByRole('button', { name: 'Create my keys' }));
		await camera.take(page, 'first-visit-keys', 'Second step: your wallet signs, your keys are made');
		await page.getByRole('button', { name: 'Create my keys' }).click();
		await see(page.getByRole('button', { name: 'Register', exact: true }));
		await camera.take(page, 'first-visit-register', 'Third step: one transaction');

		await register(page);
		await see(page.getByRole('heading', { name: 'Your records will be here' }));
		await see(page.getByRole('heading', { name: 'No one can see your records yet' }));
		await camera.take(page, 'patient-home-empty', 'A patient’s home, before the first record');
		await page.goto('records');
		await see(page.getByRole('heading', { name: 'Your records will be here' }));
		await camera.take(page, 'records-empty', 'Records, before the first');
		await page.goto('sharing');
		await see(page.getByRole('heading', { name: 'No requests' }));
		await camera.take(page, 'sharing-empty', 'Sharing, when nobody may read');
	},
};
