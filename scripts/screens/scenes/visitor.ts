/** What anybody sees, without a wallet. */
import type { Page } from '@playwright/test';
import { everyView } from '../camera.ts';
import { choose, patience, see } from '../actions.ts';
import type { Scene, Stage } from '../stage.ts';

export const visitor: Scene = {
	name: 'visitor',
	title: 'Anybody, without a wallet',
	async play({ enter, camera, config, addressOf }) {
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
		await see(page.getByText('Holds everything'));
		await camera.take(page, 'verify-clouds', 'A record whose clouds were asked for proof');

		await challenge({ camera, config }, await enter(), page.url());

		await page.goto('no/such/page');
		await see(page.getByRole('heading', { name: 'There is no such page' }));
		await camera.take(page, 'not-found', 'A page that does not exist');

		await page.goto('sign-in');
		await see(page.getByRole('main').getByRole('button', { name: 'Mariam Al-Khatib' }));
		await camera.take(page, 'sign-in', 'Signing in: wallets of the browser, and the people of the demo');
	},
};

/** Two clouds are challenged in public, in a tab of its own: the wallet stays there. */
async function challenge(
	{ camera, config }: Pick<Stage, 'camera' | 'config'>,
	page: Page,
	record: string,
): Promise<void> {
	await page.goto(record);
	await page.getByRole('button', { name: 'Challenge a cloud publicly' }).click();
	await see(page.getByRole('heading', { name: 'A wallet is needed' }));
	await page.getByRole('main').getByRole('button', { name: 'A new clinician' }).click();
	await see(page.getByText('What everyone sees'));
	await camera.take(page, 'challenge', 'Challenging a cloud in public: how it goes, what it costs and shows', {
		views: everyView,
	});
	await page.getByRole('button', { name: 'Ask in public' }).click();
	await see(page.getByRole('button', { name: 'Send the proof' }));
	await camera.take(page, 'challenge-answer', 'The cloud gave what was drawn, and nothing is sent yet');
	await page.getByRole('button', { name: 'Send the proof' }).click();
	await see(page.getByText(/It is proved on the chain/));
	await page.getByRole('button', { name: 'Close' }).click();

	// One of the clouds gives nothing from now on.
	const [cloud] = config.clouds.filter(({ kind }) => kind === 's3');
	const origin = cloud && 'publicBase' in cloud ? new URL(cloud.publicBase).origin : '';
	await page.context().route(
		(url) => url.origin === origin,
		(route) => route.abort(),
	);
	await page.getByRole('button', { name: 'Challenge a cloud publicly' }).click();
	await choose(page.getByLabel('Which cloud?'), new URL(origin).host);
	await page.getByRole('button', { name: 'Ask in public' }).click();
	await see(page.getByRole('button', { name: 'Say in public that it failed' }));
	await camera.take(page, 'challenge-failed', 'A cloud that gives nothing: what can be said, and what it is worth', {
		views: everyView,
	});
	await page.getByRole('button', { name: 'Say in public that it failed' }).click();
	await see(page.getByText(/is on the chain, with your address/));
	await page.getByRole('button', { name: 'Close' }).click();
	await see(page.getByText('The word of'));
	await camera.take(page, 'challenges', 'What was asked, proved and only said about a record, each with its author', {
		views: everyView,
	});
	await page.context().unrouteAll();
	await page.close();
}
