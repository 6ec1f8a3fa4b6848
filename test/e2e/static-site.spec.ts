/** The built site as a folder of files: from a sub-path, without a network, and nothing asked of anybody else. */
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

test('a page that is not there says so', async ({ page }) => {
	const response = await page.goto('./nowhere');
	expect(response?.status()).toBe(404);
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	await expectAccessible(page);
});

test('a build without a network says that it is connected to none', async ({ page }) => {
	const server = await serveSite({ folder, port: 0, config: { networks: [] } });
	await page.goto(`${server.url}log`);
	await expect(page.getByText('not connected to a network')).toBeVisible();
	await server.close();
});

test('every page of the build opens by its own address', async ({ page, site }) => {
	for (const path of ['', 'tour', 'hospitals', 'log', 'sign-in', 'home', 'records', 'requests', 'settings']) {
		const response = await page.goto(`${site.url}${path}`);
		expect(response?.status(), path).toBe(200);
	}
});
