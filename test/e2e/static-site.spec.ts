/** The built site as a folder of files: from a sub-path, without a network, and nothing asked of anybody else. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { serveSite } from '../../scripts/serve.ts';
import { root } from '../../scripts/run.ts';
import { expect, expectAccessible, test } from './fixtures.ts';

const folder = join(root, 'build');

test('the home page opens without a wallet and asks nobody but its own host', async ({ page }) => {
	await page.goto('./');
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	await expectAccessible(page);
});

test('the same build works from a sub-path, as on an IPFS gateway', async ({ page, site }) => {
	const server = await serveSite({ folder, port: 0, basePath: '/ipfs/bafy/', config: site.config });
	await page.goto(server.url);
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	for (const link of await page.getByRole('link').all()) {
		const address = new URL((await link.getAttribute('href')) ?? '', page.url());
		if (address.origin === new URL(server.url).origin) expect(address.href).toContain('/ipfs/bafy/');
	}
	await page.goto(`${server.url}log`);
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	await server.close();
});

test.describe('an address that leads nowhere', () => {
	test.use({ expectedComplaints: [/Not found: \/nowhere/] });

	test('says so', async ({ page }) => {
		const response = await page.goto('./nowhere');
		expect(response?.status()).toBe(404);
		await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
		await expectAccessible(page);
	});
});

test('a build without a network says that it is connected to none', async ({ page }) => {
	const server = await serveSite({ folder, port: 0, config: { networks: [] } });
	await page.goto(`${server.url}log`);
	await expect(page.getByText('not connected to a network')).toBeVisible();
	await server.close();
});

test('every page of the build opens by its own address', async ({ page, site }) => {
	const pages = globSync('**/*.html', { cwd: folder }).filter((name) => name !== '404.html');
	expect(pages.length).toBeGreaterThan(10);
	for (const name of pages) {
		const response = await page.goto(`${site.url}${name.replace(/(index)?\.html$/, '')}`);
		expect(response?.status(), name).toBe(200);
		await expect(page.getByRole('heading', { level: 1 }).first(), name).toBeVisible();
	}
});
