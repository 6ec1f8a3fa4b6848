/** A hospital from its application to its teams, and the registrar who decides. */
import { patience, register, sayWho, see, signInAs } from '../actions.ts';
import { everyView } from '../camera.ts';
import type { Scene } from '../stage.ts';

export const hospital: Scene = {
	name: 'hospital',
	title: 'A hospital, and the registrar',
	async play({ enter, camera, addressOf }) {
		const page = await enter();
		await sayWho(page, 'A new hospital', 'I represent a hospital', 'Cedar Heart Centre');
		await register(page);
		await camera.take(page, 'no-role', 'Keys, but no role yet');
		await page.goto('hospital');
		await page.getByLabel('Name of the hospital').fill('Cedar Heart Centre');
		await page.getByLabel('Country').selectOption('LB');
		await page.getByLabel('Contact').fill('desk@cedar.example');
		await camera.take(page, 'hospital-apply', 'Applying as a hospital');
		await page.getByRole('button', { name: 'Apply in your wallet' }).click();
		await see(page.getByRole('heading', { name: 'Cedar Heart Centre is not approved yet' }));
		await camera.take(page, 'hospital-waiting', 'Waiting for the registrar');
		await page.goto('teams');
		await see(page.getByText('Waiting for the registrar'));
		await camera.take(page, 'not-approved', 'What a hospital may not do before it is approved');

		await signInAs(page, 'Registrar of hospitals');
		await see(page.getByRole('button', { name: 'Approve Cedar Heart Centre' }));
		await camera.take(page, 'registrar', 'The registrar: applications, and hospitals that were decided about');
		await page.getByRole('button', { name: 'Approve Cedar Heart Centre' }).click();
		await page.getByText('No application waits').waitFor({ timeout: patience });
		await signInAs(page, 'A new hospital');
		await see(page.getByRole('button', { name: 'Publish the key' }));
		await camera.take(page, 'hospital-approved', 'Approved: one step before the first team');

		await signInAs(page, 'Al-Noor Hospital');
		await see(page.getByRole('heading', { name: 'Cardiology' }));
		await camera.take(page, 'hospital-home', 'Home of an approved hospital');
		await page.goto('hospital');
		await see(page.getByRole('heading', { level: 1, name: 'Al-Noor Hospital' }));
		await camera.take(page, 'hospital-profile', 'What everybody can read about a hospital');
		await page.goto('storage');
		await see(page.getByRole('table', { name: 'What lies where' }));
		await page.getByRole('button', { name: 'Ask all clouds now' }).click({ timeout: patience });
		await see(page.getByText('Every cloud was asked.'));
		await camera.take(page, 'hospital-storage', 'The clouds of a hospital, and what lies on them', {
			views: everyView,
		});
		await page.goto('teams');
		await page.getByRole('button', { name: 'Add a person Cardiology' }).click({ timeout: patience });
		const form = page.getByRole('form', { name: 'Add a person to Cardiology' });
		await form.getByLabel('Their wallet address').fill(addressOf('A new clinician'));
		await form.getByLabel('Name, as patients should read it').fill('Dr Rana Mansour');
		await form.getByLabel('What they do').fill('Cardiologist');
		await camera.take(page, 'teams', 'Teams, and adding a person to one');
		await form.getByRole('button', { name: 'Close' }).click();
		await page.getByRole('button', { name: 'Rename Cardiology' }).click();
		await page
			.getByRole('form', { name: 'Another name for Cardiology' })
			.getByLabel('Name of the team')
			.fill('Heart centre');
		await camera.take(page, 'team-rename', 'Another name for a team');
		await page.getByRole('button', { name: 'Close' }).click();
		await page.getByRole('button', { name: 'Retire Cardiology' }).click();
		await see(page.getByRole('dialog'));
		await camera.take(page, 'team-retire', 'A second look before a team is retired', { window: true });
	},
};

/** A hospital that is handed over, as both sides see it. */
export const administrators: Scene = {
	name: 'administrators',
	title: 'Handing a hospital over, and retiring a team',
	async play({ enter, camera, addressOf }) {
		const page = await enter();
		await signInAs(page, 'Al-Noor Hospital');
		await page.goto('hospital');
		await page.getByRole('button', { name: 'Ask someone to help run it' }).click({ timeout: patience });
		await page.getByLabel('Their wallet address').fill(addressOf('Dr Layla Haddad'));
		await camera.take(page, 'administrator-ask', 'Asking someone to help run the hospital');
		await page.getByRole('button', { name: 'Ask in your wallet' }).click();
		await see(page.getByText('Waiting for their answer'));
		await page.getByRole('button', { name: 'Close' }).click();

		await signInAs(page, 'Dr Layla Haddad');
		await see(page.getByRole('button', { name: 'Accept in your wallet' }));
		await camera.take(page, 'administrator-offer', 'Home of whoever was asked');
		await page.getByRole('button', { name: 'Accept in your wallet' }).click();
		await page.getByRole('button', { name: 'Act for Al-Noor Hospital' }).click({ timeout: patience });
		await see(page.getByRole('heading', { level: 1, name: 'Al-Noor Hospital' }));
		await page.getByRole('link', { name: 'Teams', exact: true }).first().click();
		await see(page.getByRole('button', { name: 'Rename Cardiology' }));
		await camera.take(page, 'administrator-teams', 'Teams, for an administrator without the hospital’s keys');
		await page.goto('hospital');
		await see(page.getByText('You', { exact: true }));
		await camera.take(page, 'administrators', 'Who runs a hospital', { views: everyView });
		await page.getByRole('button', { name: 'Remove Al-Noor Hospital' }).click();
		await see(page.getByRole('dialog'));
		await camera.take(page, 'administrator-remove', 'A second look before an office ends', { window: true });

		await signInAs(page, 'St Brigid’s Hospital');
		await page.goto('teams');
		await page.getByRole('button', { name: 'Retire Radiology' }).click({ timeout: patience });
		await page.getByRole('dialog').getByRole('button', { name: 'Retire' }).click();
		await see(page.getByText('Retired', { exact: true }));
		await camera.take(page, 'team-retired', 'A retired team');
	},
};
