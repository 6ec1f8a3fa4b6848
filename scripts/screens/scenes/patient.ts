/** A patient's screens. */
import type { Page, Route } from '@playwright/test';
import { openRecord, patience, sample, see, signInAs } from '../actions.ts';
import { everyView } from '../camera.ts';
import type { Scene } from '../stage.ts';

/** As `storage/probe.ts` writes. */
const probeBytes = 1024;
const darkToo = ['desktop', 'phone', 'dark-desktop', 'dark-phone'] as const;

export const patient: Scene = {
	name: 'patient',
	title: 'A patient',
	async play({ enter, camera }) {
		const page = await enter();
		await signInAs(page, 'Mariam Al-Khatib');
		await see(page.getByRole('link', { name: /^Review/ }));
		await see(page.getByRole('link', { name: 'Pneumonia, treated in hospital' }));
		await see(page.getByRole('heading', { name: 'Where your records are kept' }));
		await camera.take(page, 'patient-home', 'Home: who can read, what waits, the latest records', { views: darkToo });
		await page.getByRole('button', { name: 'Your account and settings' }).click();
		await camera.take(page, 'account-menu', 'Account and settings', { window: true });
		await page.keyboard.press('Escape');

		await page.getByRole('link', { name: /^Review/ }).click();
		await see(page.getByRole('heading', { name: 'If you approve' }));
		await page.getByLabel('Scans and images').uncheck();
		await camera.take(page, 'request', 'A request: what, until when, and the sentence that is decided', {
			views: darkToo,
		});

		await page.goto('records');
		await see(page.getByRole('link', { name: 'Full blood count' }));
		await camera.take(page, 'records', 'All records, and how to find one');
		await openRecord(page, 'Pneumonia, treated in hospital');
		await see(page.getByText('Amoxicillin'));
		await camera.take(page, 'record', 'A treatment that a hospital signed, with its parts open', { views: darkToo });
		await page.goBack();
		await openRecord(page, 'Full blood count');
		await see(page.getByRole('table'));
		await camera.take(page, 'record-results', 'A record: results of a laboratory (FHIR)');
		await page.goBack();
		await openRecord(page, 'Blood count, as printed by the laboratory');
		await see(page.locator('main iframe'));
		// The browser's viewer tells nobody when it has drawn, and draws again at each new size.
		await page.waitForTimeout(4000);
		await camera.take(page, 'record-pdf', 'A record: a PDF', { window: true });
		await page.goBack();
		await openRecord(page, 'MRI of the head');
		await see(page.getByText('Preview, not for diagnosis'));
		await camera.take(page, 'record-scan', 'A record: a scan (DICOM)', { views: darkToo });

		await page.goto('sharing');
		await see(page.getByRole('button', { name: /^Stop sharing/ }));
		await camera.take(page, 'sharing', 'Sharing: who may read, who may add');
		await page.getByRole('button', { name: /^Stop sharing/ }).click();
		await see(page.getByRole('dialog'));
		await camera.take(page, 'stop-sharing', 'A second look before sharing stops', { window: true });
		await page.getByRole('button', { name: 'Keep sharing' }).click();
		await page.getByRole('button', { name: 'Share with someone now' }).click();
		await page.getByLabel('With whom?').selectOption({ index: 2 });
		await page.getByRole('group', { name: 'What may they read?' }).getByLabel('Lab results').check();
		await camera.take(page, 'sharing-form', 'Sharing without waiting for a request');

		await page.goto('storage');
		await see(page.getByRole('table', { name: 'What lies where' }));
		await page.getByRole('button', { name: 'Ask all clouds now' }).click({ timeout: patience });
		await see(page.getByText('Every cloud was asked.'));
		await camera.take(page, 'storage', 'The clouds: do they answer, do they still hold everything, what lies where', {
			views: everyView,
		});
		await page.getByText('Let somebody check a cloud that is not open to all').click();
		await page
			.getByRole('button', { name: /^Links to/ })
			.first()
			.click();
		await see(page.getByText(/written to a file/));
		await camera.take(page, 'audit-links', 'Links by which somebody else checks a cloud that is not open to all', {
			views: everyView,
		});
		await page.getByRole('button', { name: /^Move/ }).first().click();
		await see(page.getByRole('button', { name: 'Move everything' }));
		await camera.take(page, 'storage-move', 'Leaving a cloud for another', { views: everyView });
		await page.getByRole('button', { name: 'Close' }).click();
		await page.getByRole('button', { name: 'Add a cloud' }).click();
		await see(page.getByRole('radio').first());
		await camera.take(page, 'add-cloud', 'Adding a cloud: which kind, and what to paste');

		await page.goto('patients');
		await see(page.getByRole('heading', { level: 1 }));
		await camera.take(page, 'wrong-role', 'A page for another role');

		await signInAs(page, 'Grace Okafor');
		await page.goto('records');
		await openRecord(page, 'Coronary angiogram, still picture');
		await see(page.locator('main img[src^="blob:"]'));
		await camera.take(page, 'record-image', 'A record: a picture');
	},
};

/** Chooses a file of the demo, and says what it is. */
async function describe(page: Page, file: string, title: string, kind: string): Promise<void> {
	await page.locator('#files').setInputFiles(sample(file));
	await page.getByLabel('Title', { exact: true }).fill(title);
	await page.getByLabel('What is it?').selectOption({ label: kind });
}

export const adding: Scene = {
	name: 'adding',
	title: 'Adding a file',
	async play({ enter, camera, config }) {
		const page = await enter();
		await signInAs(page, 'Mariam Al-Khatib');
		await page.goto('add');
		await see(page.getByText('Today that is'));
		await camera.take(page, 'add', 'Adding a file');
		await page.getByRole('button', { name: 'Seal and add' }).click();
		await see(page.getByRole('alert'));
		await camera.take(page, 'add-errors', 'Adding a file: what has to be corrected');

		await describe(page, 'coronary-angiogram.jpg', 'Picture of the heart’s arteries', 'Scans and images');
		await page.getByRole('radio', { name: /^Only certain staff/ }).check();
		await see(page.getByText('doctors of'));
		await camera.take(page, 'add-chosen', 'Adding a file: chosen, described, and who can open it');

		// One cloud is made to wait, so that there is something to see.
		const buckets = config.clouds.flatMap((cloud) => (cloud.kind === 's3' ? [new URL(cloud.publicBase).origin] : []));
		const held: (() => Promise<void>)[] = [];
		let waiting = buckets.slice(-1);
		await page.context().route(
			(url) => buckets.includes(url.origin),
			async (route) => {
				const request = route.request();
				// Not those by which a page tries how a cloud does.
				const isFile = request.method() === 'PUT' && request.postDataBuffer()?.length !== probeBytes;
				if (isFile && waiting.includes(new URL(request.url()).origin)) held.push(() => route.continue());
				else await route.continue();
			},
		);
		await page.getByRole('button', { name: 'Seal and add' }).click();
		await see(page.getByText(/Saved/).or(page.getByText('100')));
		while (held.length === 0) await page.waitForTimeout(100);
		await camera.take(page, 'add-saving', 'A file on its way: sealed, and saved to one cloud after the other');
		waiting = [];
		await Promise.all(held.map((go) => go()));
		await page.getByRole('link', { name: 'Open it' }).waitFor({ timeout: patience });
		await camera.take(page, 'add-saved', 'A file saved');

		// Again, and the tab is closed before two clouds have it.
		waiting = buckets;
		held.length = 0;
		await page.goto('add');
		await describe(page, 'portrait.jpg', 'Portrait for the clinic', 'Scans and images');
		await page.getByRole('button', { name: 'Seal and add' }).click();
		while (held.length === 0) await page.waitForTimeout(100);
		await page.reload();
		await page.context().unrouteAll();
		await page.goto('records');
		await see(page.getByText(/The upload of .* stopped/));
		await camera.take(page, 'upload-stopped', 'A file whose upload stopped, as the tab was closed', {
			views: everyView,
		});

		// And once more, while the network is asked to take the wallet's word.
		const asked: Route[] = [];
		await page.context().route(
			(url) => config.chain.rpcUrls.some((rpc) => new URL(rpc, page.url()).href === url.href),
			async (route) => {
				if (route.request().postData()?.includes('eth_sendRawTransaction')) asked.push(route);
				else await route.continue();
			},
		);
		await page.goto('add');
		await describe(page, 'blood-count.pdf', 'Blood count of November', 'Lab results');
		await page.getByRole('button', { name: 'Seal and add' }).click();
		while (asked.length === 0) await page.waitForTimeout(100);
		await page.reload();
		await page.context().unrouteAll();
		await page.goto('records');
		await see(page.getByRole('button', { name: /^Ask my wallet again/ }));
		await camera.take(
			page,
			'closed-at-wallet',
			'A file that is on the clouds, as the tab was closed at the wallet’s question',
			{ views: everyView },
		);

		await page.getByRole('link', { name: 'Picture of the heart’s arteries' }).click({ timeout: patience });
		await page.getByRole('button', { name: 'Erase' }).click({ timeout: patience });
		await see(page.getByRole('dialog'));
		await camera.take(page, 'erase', 'A second look before a record is erased', { window: true });
		await page.getByRole('dialog').getByRole('button', { name: 'Erase' }).click();
		await see(page.getByRole('heading', { name: 'Receipt of the erasure' }));
		await camera.take(page, 'erasure', 'What each cloud answered when a record was erased', { views: everyView });
	},
};

/** Stopping with everyone, and stopping while no cloud takes anything. */
export const stopping: Scene = {
	name: 'stopping',
	title: 'Stopping with everyone, and without a cloud',
	async play({ enter, camera, config }) {
		const page = await enter();
		await signInAs(page, 'Grace Okafor');
		await page.goto('sharing');
		await page.getByRole('button', { name: 'Stop all sharing' }).click({ timeout: patience });
		await see(page.getByRole('dialog'));
		await camera.take(page, 'stop-all-sharing', 'A second look before all sharing stops', {
			window: true,
			views: darkToo,
		});
		await page.getByRole('button', { name: 'Keep sharing' }).click();
		const origins = new Set(
			config.clouds.flatMap((cloud) => ('publicBase' in cloud ? new URL(cloud.publicBase).origin : [])),
		);
		await page.context().route(
			(url) => origins.has(url.origin),
			(route) => (['GET', 'HEAD'].includes(route.request().method()) ? route.continue() : route.abort()),
		);
		await page.getByRole('button', { name: /^Stop sharing.*Tomás Byrne/ }).click();
		await page.getByRole('dialog').getByRole('button', { name: 'Stop sharing' }).click();
		await see(page.getByRole('button', { name: /^Stop now, keys later/ }));
		await camera.take(page, 'stop-without-cloud', 'Stopping while no cloud takes new keys');
		await page.getByRole('button', { name: /^Stop now, keys later/ }).click();
		await see(page.getByRole('button', { name: /^Give the missing keys now/ }));
		await camera.take(page, 'missing-keys', 'Someone who missed the new keys', { views: everyView });
		await page.context().unrouteAll();
		await page.getByRole('button', { name: /^Give the missing keys now/ }).click();
		await see(page.getByText('The missing keys are handed over.'));
		await page.getByRole('button', { name: 'Stop all sharing' }).click();
		await page.getByRole('dialog').getByRole('button', { name: 'Stop all sharing' }).click();
		await see(page.getByText('All sharing is stopped, and the locks are changed.'));
		await camera.take(page, 'stopped-all', 'After all sharing stopped');
	},
};

/** The same screens of a patient who reads Arabic. */
export const arabic: Scene = {
	name: 'arabic',
	title: 'In Arabic',
	async play({ enter, camera, addressOf }) {
		const page = await enter();
		await signInAs(page, 'Dr Omar Nasser');
		await page.goto(`ask?patient=${addressOf('يوسف الحداد')}`);
		await page.locator('#purpose').fill('للاطمئنان على ضغط الدم قبل موعدك القادم', { timeout: patience });
		await page.locator('#scope input').nth(2).check();
		await page.locator('#scope input').nth(3).check();
		await page.locator('form button[type=submit]').click();
		await page.locator('form').waitFor({ state: 'detached', timeout: patience });

		await signInAs(page, 'يوسف الحداد');
		const views = everyView.filter((view) => view.startsWith('arabic'));
		await see(page.locator('main a[href*="/request?id="], main a[href*="request?id="]'));
		await see(page.getByRole('link', { name: 'مراجعة ضغط الدم' }));
		await camera.take(page, 'patient-home', 'Home of a patient who reads Arabic', { views });
		await page.locator('main a[href*="request?id="]').first().click();
		await see(page.getByRole('heading', { name: /Omar Nasser/ }));
		await camera.take(page, 'request', 'A request', { views });
		await page.goto('records');
		await openRecord(page, 'مراجعة ضغط الدم');
		await see(page.getByText('Lisinopril'));
		await camera.take(page, 'record', 'A treatment, with its parts open', { views });
		await page.goto('add');
		await see(page.getByRole('heading', { level: 1 }));
		await camera.take(page, 'add', 'Adding a file', { views });
		await page.goto('sharing');
		await see(page.getByRole('heading', { level: 1 }));
		await camera.take(page, 'sharing', 'Sharing', { views });
	},
};
