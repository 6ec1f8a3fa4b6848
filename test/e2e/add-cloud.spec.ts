/** Adding a cloud of one's own: what is pasted wrong is said, every step of the trial is shown, and only what works can be added. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFilecoinCloud } from '../../scripts/clouds/filecoin-cloud.ts';
import { sessionKey } from '../../scripts/clouds/filecoin-contracts.ts';
import { startClouds } from '../../scripts/clouds/start.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import { addFile, firstVisit, patience, sample } from './people.ts';

test('a person adds an S3 bucket: wrong answers are named, a trial shows each step, and then it keeps copies', async ({
	page,
	ownNetwork,
}) => {
	const dataDir = await mkdtemp(join(tmpdir(), 'amana-own-cloud-'));
	const own = await startClouds({ dataDir });
	try {
		const bucket = own.configs[1];
		await firstVisit(page, 'A new patient', 'A patient', 'Salma Odeh', ownNetwork.url);
		await page.goto(`${ownNetwork.url}storage`);
		await page.getByRole('button', { name: 'Add a cloud' }).click();

		for (const kind of [
			'Amazon S3',
			'Cloudflare R2',
			'Filebase',
			'IPFS node',
			'Filecoin',
			'This browser',
			'Any other S3 storage',
		]) {
			await page.getByRole('radio', { name: kind }).check();
			await expect(page.getByRole('heading', { name: 'What you need, and where it is' })).toBeVisible();
			await expectAccessible(page);
		}

		await page.getByLabel('What you call it').fill('  My bucket ');
		await page.getByLabel('Address of the service').fill('s3.example.com');
		await page.getByLabel('Bucket', { exact: true }).fill('My Bucket');
		await page.getByLabel('Access key').fill('AKIA 123');
		await page.getByRole('button', { name: 'Try it' }).click();
		const summary = page.getByRole('alert');
		await expect(summary).toContainText('Address of the service: Paste a whole address');
		await expect(summary).toContainText('Bucket: 3 to 63 small letters');
		await expect(summary).toContainText('Access key: It has a space');
		await expect(summary).toContainText('Secret key: Fill this in');
		await expectAccessible(page);

		await page.getByLabel('Address of the service').fill(` ${bucket.endpoint}\n`);
		await page.getByLabel('Bucket', { exact: true }).fill(bucket.bucket);
		await page.getByLabel('Access key').fill(`${bucket.accessKeyId} `);
		await page.getByLabel('Secret key').fill('wrong');
		await page.getByLabel('Address where anyone reads it').fill(bucket.publicBase.slice(0, -1));
		await page.getByRole('button', { name: 'Try it' }).click();
		await expect(page.getByRole('heading', { name: 'It was not added' })).toBeVisible(patience);
		await expect(page.getByText('My bucket refused your access', { exact: false })).toBeVisible();
		await expect(page.getByRole('button', { name: 'Add this cloud' })).toHaveCount(0);
		await expectAccessible(page);

		await page.getByText('Rules that let this page in (CORS)').click();
		await page.getByRole('button', { name: 'Write them for me' }).click();
		await expect(page.getByText('The server does not let this page write them.')).toBeVisible(patience);
		await page.getByLabel('Secret key').fill(bucket.secretAccessKey);
		await page.getByRole('button', { name: 'Write them for me' }).click();
		await expect(page.getByText('The bucket has the rules now.')).toBeVisible(patience);

		await page.getByRole('button', { name: 'Try it' }).click();
		await expect(page.getByRole('heading', { name: 'Everything works' })).toBeVisible(patience);
		for (const step of ['Write a test file', 'Read it back', 'Read a part of it', 'Let others read it', 'Remove it']) {
			await expect(page.getByRole('listitem').filter({ hasText: step })).toContainText('Worked');
		}
		await expectAccessible(page);
		await page.getByRole('button', { name: 'Add this cloud' }).click();
		await expect(page.getByRole('button', { name: 'Remove My bucket' })).toBeVisible(patience);
		await expect(page.getByText(bucket.publicBase)).toBeVisible();
	} finally {
		await own.stop();
		await rm(dataDir, { recursive: true, force: true });
	}
});

test('a person adds a data set on Filecoin by its number and a session key', async ({ page, ownNetwork }) => {
	const own = await startFilecoinCloud();
	try {
		await firstVisit(page, 'A new patient', 'A patient', 'Salma Odeh', ownNetwork.url);
		await page.goto(`${ownNetwork.url}storage`);
		await page.getByRole('button', { name: 'Add a cloud' }).click();
		await page.getByRole('radio', { name: 'Filecoin' }).check();
		await page.getByLabel('What you call it').fill('My Filecoin');
		await page.getByLabel('Number of the data set').fill('no. 12');
		await page.getByLabel('Session key').fill('0x12');
		await page.getByRole('button', { name: 'Try it' }).click();
		const summary = page.getByRole('alert');
		await expect(summary).toContainText('Number of the data set: A number, or calibration/');
		await expect(summary).toContainText('Session key: 0x and 64 digits');

		await page.getByLabel('Number of the data set').fill('calibration/12');
		await page.getByLabel('Address of a Filecoin node').fill(own.config.rpcUrl ?? '');
		await page.getByLabel('Session key').fill(`0x${'99'.repeat(32)}`);
		await page.getByRole('button', { name: 'Try it' }).click();
		await expect(page.getByRole('heading', { name: 'It was not added' })).toBeVisible(patience);
		await expect(page.getByText('My Filecoin refused your access', { exact: false })).toBeVisible();

		await page.getByLabel('Session key').fill(sessionKey);
		await page.getByRole('button', { name: 'Try it' }).click();
		await expect(page.getByRole('heading', { name: 'Everything works' })).toBeVisible(patience);
		await expectAccessible(page);
		own.contracts.prove();
		await page.getByRole('button', { name: 'Add this cloud' }).click();
		await expect(page.getByRole('button', { name: 'Remove My Filecoin' })).toBeVisible(patience);

		const proofs = page.getByRole('listitem').filter({ hasText: 'Last proof on' });
		await expect(proofs).toContainText('My Filecoin', patience);
		await expect(proofs).toContainText('Proven');
		await expect(proofs).toContainText('1 proof since');
		await expectAccessible(page);

		await addFile(page, sample('my-questions.txt'), { title: 'Questions', category: 'Documents' });
		await page.goto(`${ownNetwork.url}storage`);
		await page.getByRole('button', { name: 'Ask all clouds now' }).click(patience);
		const audited = page.getByRole('listitem').filter({ hasText: 'Last asked on' });
		await expect(audited.filter({ hasText: 'My Filecoin' })).toContainText('Holds everything', patience);
	} finally {
		await own.stop();
	}
});
