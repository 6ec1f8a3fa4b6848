import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { serveSite, type ServeOptions, type SiteServer } from '../../scripts/serve.ts';

let parent: string;
let folder: string;
let server: SiteServer | null = null;

beforeAll(() => {
	parent = mkdtempSync(join(tmpdir(), 'amana-serve-'));
	folder = join(parent, 'site');
	mkdirSync(join(folder, '_app/immutable'), { recursive: true });
	mkdirSync(join(folder, 'with-index'));
	mkdirSync(join(parent, 'site-beside'));
	writeFileSync(join(folder, 'index.html'), 'home');
	writeFileSync(join(folder, 'record.html'), 'record');
	writeFileSync(join(folder, '404.html'), 'not here');
	writeFileSync(join(folder, 'config.json'), '{"networks":[]}');
	writeFileSync(join(folder, 'with-index/index.html'), 'inner');
	writeFileSync(join(folder, '_app/immutable/a.js'), 'export {};');
	writeFileSync(join(folder, 'نص.txt'), 'text');
	writeFileSync(join(parent, 'secret.txt'), 'secret');
	writeFileSync(join(parent, 'site-beside/secret.txt'), 'secret');
});
afterAll(() => rmSync(parent, { recursive: true }));
afterEach(() => server?.close());

async function serve(options: Partial<ServeOptions> = {}): Promise<string> {
	server = await serveSite({ folder, port: 0, ...options });
	return server.url;
}

/** Sends a path as it is; `fetch` would tidy it up first. */
function raw(url: string, path: string, method = 'GET'): Promise<{ status: number; body: string }> {
	return new Promise((done, fail) => {
		const { hostname, port } = new URL(url);
		request({ hostname, port, path, method }, (response) => {
			let body = '';
			response.setEncoding('utf8').on('data', (text: string) => (body += text));
			response.on('end', () => done({ status: response.statusCode ?? 0, body }));
		})
			.on('error', fail)
			.end();
	});
}

describe('the static server', () => {
	test('serves the home page, pages without their ending, and folders by their index', async () => {
		const url = await serve();
		expect(await (await fetch(url)).text()).toBe('home');
		expect(await (await fetch(`${url}record?id=0x12#part`)).text()).toBe('record');
		expect(await (await fetch(`${url}with-index/`)).text()).toBe('inner');
		expect(await (await fetch(`${url}%D9%86%D8%B5.txt`)).text()).toBe('text');
	});

	test('names types, and lets only what is named by its content be kept', async () => {
		const url = await serve();
		const script = await fetch(`${url}_app/immutable/a.js`);
		expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
		expect(script.headers.get('cache-control')).toContain('immutable');
		const page = await fetch(url);
		expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
		expect(page.headers.get('cache-control')).toBe('no-cache');
		expect(page.headers.get('x-content-type-options')).toBe('nosniff');
	});

	test('answers 404 with the page for it', async () => {
		const answer = await fetch(`${await serve()}nowhere`);
		expect(answer.status).toBe(404);
		expect(await answer.text()).toBe('not here');
	});

	test.each([
		'/../secret.txt',
		'/..%2fsecret.txt',
		'/%2e%2e/secret.txt',
		'/%2e%2e%2fsecret.txt',
		'/_app/../../secret.txt',
		'/../site-beside/secret.txt',
		'//../secret.txt',
		'/..\\secret.txt',
		'/%5c..%5csecret.txt',
		'/secret.txt%00.html',
		'/%',
		'/%ff',
	])('keeps to its folder: %s', async (path) => {
		const answer = await raw(await serve(), path);
		expect(answer.status).toBe(404);
		expect(answer.body).not.toContain('secret');
	});

	test('does not follow a link out of its folder', async () => {
		const link = join(folder, 'link.txt');
		symlinkSync(join(parent, 'secret.txt'), link);
		const answer = await fetch(`${await serve()}link.txt`);
		rmSync(link);
		expect(answer.status).toBe(404);
	});

	test('changes nothing: other methods are refused', async () => {
		const url = await serve();
		for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
			const answer = await fetch(url, { method });
			expect(answer.status).toBe(405);
			expect(answer.headers.get('allow')).toBe('GET, HEAD');
		}
	});

	test('answers HEAD without a body', async () => {
		const answer = await fetch(await serve(), { method: 'HEAD' });
		expect(answer.headers.get('content-length')).toBe('4');
		expect(await answer.text()).toBe('');
	});

	test('gives the configuration from memory, and the built one without', async () => {
		expect(await (await fetch(`${await serve({ config: { local: true } })}config.json`)).json()).toEqual({
			local: true,
		});
		await server?.close();
		expect(await (await fetch(`${await serve()}config.json`)).json()).toEqual({ networks: [] });
	});

	test('serves from a sub-path, and nothing outside it', async () => {
		const url = await serve({ basePath: '/ipfs/cid/', config: { local: true } });
		expect(url).toMatch(/\/ipfs\/cid\/$/);
		expect(await (await fetch(url)).text()).toBe('home');
		expect(await (await fetch(`${url}config.json`)).json()).toEqual({ local: true });
		for (const path of ['/', '/config.json', '/ipfs/', '/record']) expect((await raw(url, path)).status).toBe(404);
	});

	test('says when its port is taken', async () => {
		const { port } = new URL(await serve());
		await expect(serveSite({ folder, port: Number(port) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
	});
});
