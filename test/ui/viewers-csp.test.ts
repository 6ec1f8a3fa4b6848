/**
 * That the site's content policy, as it stands in svelte.config.js, lets a PDF be shown from a blob and nothing else: a web page in the
 * same frame cannot run. In a real Chromium; the built site's pages are tested end to end.
 */
import { chromium, type Browser, type Page } from '@playwright/test';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumLaunch } from '../../scripts/chromium.ts';
import { sampleBytes } from '../../scripts/demo/samples/index.ts';
import site from '../../svelte.config.js';

const keyword = /^(none|self|report-sample|strict-dynamic|(wasm-)?unsafe-[a-z]+|(sha\d+|nonce)-.*)$/;
const directives = (site.kit?.csp?.directives ?? {}) as Record<string, string[]>;
const policy = Object.entries(directives)
	.map(([name, sources]) =>
		[name, ...sources.map((source) => (keyword.test(source) ? `'${source}'` : source))].join(' '),
	)
	.join('; ');
const page = `<!doctype html><meta http-equiv="content-security-policy" content="${policy}"><script src="/frame.js"></script>`;
const script = `async function frame(path, type) {
	const bytes = await (await fetch(path)).arrayBuffer();
	const element = document.createElement('iframe');
	element.src = URL.createObjectURL(new Blob([bytes], { type }));
	document.body.append(element);
}`;
const evil = '<script>parent.wasRun = true</script><img src=x onerror="parent.wasRun = true"><p>hello</p>';
const files: Record<string, [string, string | Uint8Array]> = {
	'/': ['text/html', page],
	'/frame.js': ['text/javascript', script],
	'/report.pdf': ['application/octet-stream', sampleBytes('blood-count.pdf')],
	'/evil.html': ['application/octet-stream', evil],
};

let server: Server;
let browser: Browser;

beforeAll(async () => {
	server = createServer((request, response) => {
		const [type, body] = files[request.url ?? ''] ?? ['text/plain', ''];
		response.setHeader('content-type', type).end(body);
	});
	await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
	browser = await chromium.launch(chromiumLaunch());
});
afterAll(async () => {
	await browser.close();
	server.close();
});

async function open(): Promise<{ page: Page; refused: string[] }> {
	const refused: string[] = [];
	const page = await browser.newPage();
	page.on('console', (message) => {
		if (/content security policy/i.test(message.text())) refused.push(message.text());
	});
	await page.goto(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`);
	return { page, refused };
}

describe('the content policy', () => {
	it('lets the browser show a PDF from a blob', async () => {
		const { page, refused } = await open();
		if (!(await page.evaluate(() => navigator.pdfViewerEnabled))) return;
		await page.evaluate(`frame('/report.pdf', 'application/pdf')`);
		// The browser's viewer is a frame of its own inside the frame.
		await expect
			.poll(() => page.frames().some((frame) => frame.url().startsWith('chrome-extension://')), { timeout: 15_000 })
			.toBe(true);
		expect(refused).toEqual([]);
	});

	it('lets nothing run in a frame, should a web page ever get there', async () => {
		const { page, refused } = await open();
		await page.evaluate(`frame('/evil.html', 'text/html')`);
		await expect.poll(() => refused.length, { timeout: 15_000 }).toBeGreaterThan(0);
		expect(await page.evaluate(`'wasRun' in window`)).toBe(false);
	});
});
