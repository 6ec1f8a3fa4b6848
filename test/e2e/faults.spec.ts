/**
 * What can go wrong while a person is at work: clouds that are down or lie, a wallet that says no, a tab that closes, a chain that does not
 * answer. Each test has a network of its own, whose parts it turns off; nothing acknowledged is lost, and what happened is said.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPublicClient, http } from 'viem';
import type { LocalNetwork } from '../../scripts/network/local-network.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import { spoil } from './clouds.ts';
import { addFile, beginFile, firstVisit, patience, sample } from './people.ts';
import { installWallet } from './wallet.ts';

const report = { title: 'Blood count', category: 'Lab results' };

test('with one cloud down a file is saved in two places, says so, and the third copy follows', async ({
	page,
	ownNetwork,
}) => {
	await firstVisit(page, 'A new patient', 'A patient', 'Salma Odeh', ownNetwork.url);
	await ownNetwork.clouds.turnOff('s3-b');
	await addFile(page, sample('blood-count.json'), report);
	await expect(page.getByText('Saved in 2 of 3 places. We will try the others again.')).toBeVisible();
	await expectAccessible(page);
	await ownNetwork.clouds.turnOn('s3-b');
	await page.goto(`${ownNetwork.url}storage`);
	const tryNow = page.getByRole('button', { name: 'Try now' });
	await tryNow.or(page.getByText('All copies are saved.')).first().waitFor(patience);
	if (await tryNow.isVisible()) await tryNow.click();
	await expect(page.getByText('All copies are saved.')).toBeVisible(patience);
	expect(objectsIn(ownNetwork, 's3-b')).toBeGreaterThan(1);
});

test('with all clouds down nothing is registered, nothing is lost, and trying again works', async ({
	page,
	ownNetwork,
}) => {
	await firstVisit(page, 'A new patient', 'A patient', 'Salma Odeh', ownNetwork.url);
	for (const name of ['ipfs', 's3-a', 's3-b'] as const) await ownNetwork.clouds.turnOff(name);
	await beginFile(page, sample('blood-count.json'), report);
	await expect(page.getByRole('alert')).toContainText('saved', patience);
	expect(await recordsOnChain(ownNetwork)).toBe(0);
	await expectAccessible(page);
	for (const name of ['ipfs', 's3-a', 's3-b'] as const) await ownNetwork.clouds.turnOn(name);
	await page.getByRole('button', { name: 'Try again' }).first().click();
	await expect(page.getByRole('link', { name: 'Open it' })).toBeVisible(patience);
	expect(await recordsOnChain(ownNetwork)).toBe(1);
});

test('a cloud that gives wrong bytes is passed over, and that is said', async ({ page, ownNetwork }) => {
	await firstVisit(page, 'A new patient', 'A patient', 'Salma Odeh', ownNetwork.url);
	await addFile(page, sample('my-questions.txt'), { title: 'Questions', category: 'Documents' });
	await ownNetwork.clouds.turnOff('ipfs');
	spoil(join(ownNetwork.dataDir, 's3-a'));
	await page.getByRole('link', { name: 'Open it' }).click();
	await page.getByRole('button', { name: /^Open/ }).click(patience);
	await expect(page.getByText(readFileSync(sample('my-questions.txt'), 'utf8').split('\n')[0] ?? '')).toBeVisible(
		patience,
	);
	await expect(page.getByText(/of the clouds failed or gave wrong bytes; another copy was used/)).toBeVisible();
});

test('a wallet that says no leaves everything as it was, and a tab closed before the signature leaves nothing on chain', async ({
	context,
	ownNetwork,
}) => {
	const { config, url } = ownNetwork;
	const person = config.demo?.accounts.find(({ name }) => name === 'A new patient');
	if (!person) throw new Error('The demo has no new patient.');
	const wallet = await installWallet(context, {
		privateKeys: [person.privateKey],
		rpcUrl: ownNetwork.chain.url,
		chainId: config.chain.chainId,
	});
	const page = await context.newPage();
	await page.goto(`${url}sign-in`);
	await page.getByRole('button', { name: `Use ${wallet.name}` }).click();
	await wallet.approveConnection();
	await page.getByRole('radio', { name: 'A patient' }).check(patience);
	await page.getByLabel('Your name').fill('Salma Odeh');
	await page.getByRole('button', { name: 'Continue' }).click();
	await page.getByRole('button', { name: 'Create my keys' }).click();
	await wallet.approveSignature();
	await wallet.approveSignature();
	await page.getByRole('button', { name: 'Register', exact: true }).click(patience);
	await wallet.approveTransaction();
	await expect(page).toHaveURL(/\/home$/, patience);

	await beginFile(page, sample('blood-count.json'), report);
	await wallet.rejectTransaction();
	await expect(page.getByRole('alert')).toContainText('You rejected it in your wallet', patience);
	expect(await recordsOnChain(ownNetwork)).toBe(0);

	await page.getByRole('button', { name: 'Try again' }).first().click();
	await expect(page.getByText('Nothing is registered until you sign.')).toBeVisible(patience);
	await page.close({ runBeforeUnload: false });
	expect(await recordsOnChain(ownNetwork)).toBe(0);
});

test('when the chain does not answer, the page says so and shows what was read before', async ({
	page,
	ownNetwork,
}) => {
	await firstVisit(page, 'A new patient', 'A patient', 'Salma Odeh', ownNetwork.url);
	await addFile(page, sample('blood-count.json'), report);
	await page.getByRole('link', { name: 'Home', exact: true }).first().click();
	await expect(page.getByRole('link', { name: report.title })).toBeVisible(patience);
	await ownNetwork.chain.stop();
	await page.getByRole('link', { name: 'Records', exact: true }).first().click();
	await expect(page.getByText('does not answer. You see what was read before')).toBeVisible(patience);
	await expect(page.getByRole('link', { name: report.title })).toBeVisible();
	await expectAccessible(page);
});

test('files of 0 bytes, 1 byte and 1 MiB, under long, Arabic and emoji names, are saved and open again', async ({
	page,
	ownNetwork,
}) => {
	await firstVisit(page, 'A new patient', 'A patient', 'Salma Odeh', ownNetwork.url);
	const files = [
		{ name: `${'n'.repeat(300)}.bin`, buffer: Buffer.alloc(0) },
		{ name: 'نتائج الفحص.bin', buffer: Buffer.from([7]) },
		{ name: '🫀 scan.bin', buffer: Buffer.alloc(1024 * 1024, 3) },
		{ name: 'one more byte.bin', buffer: Buffer.alloc(1024 * 1024 + 1, 4) },
	];
	await page.goto(`${ownNetwork.url}add`);
	await page
		.locator('input[type=file]')
		.setInputFiles(files.map((file) => ({ ...file, mimeType: 'application/octet-stream' })));
	await page.getByRole('button', { name: 'Seal and add' }).click();
	await expect(page.getByRole('link', { name: 'Open it' })).toHaveCount(files.length, patience);
	await page.goto(`${ownNetwork.url}records`);
	await page.getByRole('link', { name: '🫀 scan' }).click(patience);
	await page.getByRole('button', { name: /^Open/ }).click(patience);
	const download = page.waitForEvent('download');
	await page.getByRole('link', { name: /Save|Download/ }).click(patience);
	expect(readFileSync(await (await download).path())).toEqual(files[2]?.buffer);
});

/** How many records the chain knows of. */
async function recordsOnChain({ chain, config }: LocalNetwork): Promise<number> {
	const client = createPublicClient({ transport: http(chain.url) });
	const logs = await client.getLogs({ address: config.chain.contracts.recordRegistry, fromBlock: 0n });
	return logs.length;
}

/** How many objects an S3 cloud keeps. */
function objectsIn({ dataDir }: LocalNetwork, name: 's3-a' | 's3-b'): number {
	return readdirSync(join(dataDir, name), { recursive: true, encoding: 'utf8' }).filter((entry) =>
		/_object$/.test(entry),
	).length;
}
