/**
 * What every end-to-end test stands on: a local network with the demo's people and records, as it was loaded for the first test of each
 * file and as the tests before left it for the others; and a watch over the page. A test fails when the page throws, breaks its own
 * content policy, or asks anything of a machine that is not this one.
 */
import AxeBuilder from '@axe-core/playwright';
import { expect, test as base, type Page } from '@playwright/test';
import type { DemoAccount, SiteConfig } from '#lib/records/config.ts';
import { startLocalNetwork, type LocalNetwork } from '../../scripts/network/local-network.ts';
import { networkOf, resetChain } from './networks.ts';

export { expect };

export interface Site {
	/** With a trailing slash; also Playwright's base URL. */
	url: string;
	config: SiteConfig;
	/** Somebody of the demo, by name. */
	person: (name: string) => DemoAccount;
}

interface Fixtures {
	/** What a page may complain about in its console in this test, because the test is about it. */
	expectedComplaints: RegExp[];
	watch: undefined;
	/** A network for this test alone, without the demo's records, whose chain and clouds it may turn off. */
	ownNetwork: LocalNetwork & { url: string };
}

interface WorkerFixtures {
	site: Site;
}

const accessibilityRules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

let lastFile: string | null = null;

export const test = base.extend<Fixtures, WorkerFixtures>({
	site: [
		async ({}, use, { parallelIndex }) => {
			const { url, config } = networkOf(parallelIndex);
			const person = (name: string) => {
				const found = config.demo?.accounts.find((account) => account.name === name);
				if (!found) throw new Error(`Nobody in the demo is called ${name}.`);
				return found;
			};
			await use({ url, config, person });
		},
		{ scope: 'worker' },
	],
	baseURL: ({ site }, use) => use(site.url),
	expectedComplaints: [[], { option: true }],
	watch: [
		async ({ context, expectedComplaints }, use, info) => {
			if (lastFile !== info.file) await resetChain(networkOf(info.parallelIndex));
			lastFile = info.file;
			const complaints: string[] = [];
			context.on('weberror', (error) => complaints.push(`threw ${error.error().message}`));
			context.on('console', (message) => {
				// That a request failed is for the test to notice where it matters; some ask whether something exists.
				if (message.type() !== 'error' || message.text().startsWith('Failed to load resource')) return;
				complaints.push(message.text());
			});
			context.on('request', (request) => {
				const { protocol, hostname } = new URL(request.url());
				// Chromium's PDF viewer is an extension that it carries with it, with resources of its own.
				const inBrowser = ['blob:', 'data:', 'chrome:', 'chrome-extension:'].includes(protocol);
				const isLocal = inBrowser || ['127.0.0.1', 'localhost'].includes(hostname);
				if (!isLocal) complaints.push(`asked ${request.url()}`);
			});
			await use(undefined);
			expect(complaints.filter((text) => !expectedComplaints.some((expected) => expected.test(text)))).toEqual([]);
		},
		{ auto: true },
	],
	ownNetwork: async ({}, use) => {
		const network = await startLocalNetwork({ site: true });
		await use({ ...network, url: network.url ?? '' });
		await network.stop();
	},
});

/** Fails when axe finds anything on the page, once it has its heading (parts of the app are loaded when first shown), in words that say what and where. */
export async function expectAccessible(page: Page): Promise<void> {
	await page.locator('h1').first().waitFor({ state: 'attached' });
	const { violations } = await new AxeBuilder({ page }).withTags(accessibilityRules).analyze();
	const found = violations.map(
		({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map((node) => node.html).join('\n  ')}`,
	);
	expect(found, 'what axe found').toEqual([]);
}
