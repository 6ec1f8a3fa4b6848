/** What anybody sees, without a wallet. */
import { everyView } from '../camera.ts';
import { see } from '../actions.ts';
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

		await page.goto('no/such/page');
		await see(page.getByRole('heading', { name: 'There is no such page' }));
		await camera.take(page, 'not-found', 'A page that does not exist');

		await page.goto('sign-in');
		await see(page.getByRole('main').getByRole('button', { name: 'Mariam Al-Khatib' }));
		await camera.take(page, 'sign-in', 'Signing in: wallets of the browser, and the people of the demo');
	},
};
