/** What anybody sees, without a wallet. */
import { everyView } from '../camera.ts';
import { patience, see } from '../actions.ts';
import type { Scene } from '../stage.ts';

export const visitor: Scene = {
	name: 'visitor',
	title: 'Anybody, without a wallet',
	async play({ enter, camera, addressOf }) {
		const page = await enter();
		await page.goto('');
		await see(page.getByRole('heading', { name: 'Who it is for' }));
		await camera.take(page, 'home', 'The first page', { views: everyView });

		await page.goto('tour');
		await see(page.getByRole('heading', { name: 'A walk through Amana' }));
		await camera.take(page, 'tour', 'A walk through the ten steps, without a wallet');

		await page.goto('hospitals');
		await see(page.getByText('Al-Noor Hospital'));
		await camera.take(page, 'hospitals', 'Hospitals, and what the registrar decided about each');

		await page.goto(`log?of=${addressOf('Mariam Al-Khatib')}`);
		await see(page.getByText('Key handed over').or(page.getByText('Approved')));
		await camera.take(page, 'log', 'The access log of one patient', { views: everyView });
		await page.getByLabel('Kind of line').selectOption('requests');
		await page.getByLabel('Since').selectOption('month');
		await camera.take(page, 'log-filtered', 'The log, asked for one kind of line');

		await page.goto('verify');
		await see(page.getByRole('heading', { name: 'What comes out' }));
		await camera.take(page, 'verify', 'Checking what somebody says, without a wallet');
		await page.goto(`log?of=${addressOf('Mariam Al-Khatib')}`);
		const line = page.getByRole('row').filter({ hasText: 'added a record for' }).first();
		await line.getByRole('button', { name: 'Proof' }).click();
		await line.getByRole('link', { name: 'Check this yourself' }).click();
		await see(page.getByRole('heading', { name: 'This record is what its author wrote' }));
		await see(page.getByText('this site is set up with one node'));
		await camera.take(page, 'verify-record', 'A record, checked: what is right, and what was not checked', {
			views: everyView,
		});

		await page.getByRole('button', { name: 'Ask all clouds now' }).click({ timeout: patience });
		await see(page.getByText(/On the chain, proof was asked for/));
		await camera.take(page, 'verify-clouds', 'A record whose clouds were asked for proof');

		await page.goto('no/such/page');
		await see(page.getByRole('heading', { name: 'There is no such page' }));
		await camera.take(page, 'not-found', 'A page that does not exist');

		await page.goto('sign-in');
		await see(page.getByRole('main').getByRole('button', { name: 'Mariam Al-Khatib' }));
		await camera.take(page, 'sign-in', 'Signing in: wallets of the browser, and the people of the demo');
	},
};
