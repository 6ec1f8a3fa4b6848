/**
 * The page in which parts are measured: our sources as a development server gives them to Chromium, unbundled but otherwise the same.
 *
 * The page is told by its address what to do, and posts what came of it: whoever drives a browser by its developer tools is sent the body
 * of every request, which costs an upload more than the upload itself.
 */
import { spawn } from 'node:child_process';
import type { IncomingMessage } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { createServer } from 'vite';
import { chromiumLaunch } from '../../chromium.ts';
import { root } from '../../run.ts';
import { watchMemory } from './memory-watch.ts';
import type { Bench } from './part.ts';

const page = `<!doctype html><title>Bench</title><script type="module">
const [path, name, argument] = JSON.parse(decodeURIComponent(location.hash.slice(1)));
const outcome = await import(path)
	.then((module) => module[name](argument))
	.then((value) => ({ value }), (error) => ({ error: String(error?.stack ?? error) }));
await fetch('/bench', { method: 'POST', body: JSON.stringify(outcome) });
</script>`;

type Outcome = { value: unknown } | { error: string };

/** Starts it, for the modules of a folder; `stop` ends it. */
export async function openBench(
	pages = '/scripts/bench/storage/page/',
): Promise<Bench & { stop: () => Promise<void> }> {
	let peakBytes: number | null = null;
	let tell: (outcome: Outcome) => void = () => undefined;
	const told = (outcome: Outcome) => tell(outcome);
	const server = await createServer({
		root,
		configFile: false,
		logLevel: 'error',
		appType: 'custom',
		cacheDir: '.cache/vite-bench',
		server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
		worker: { format: 'es' },
		optimizeDeps: { entries: [`${pages.slice(1)}*.ts`] },
		plugins: [
			{
				name: 'bench-page',
				configureServer: ({ middlewares }) => {
					middlewares.use('/bench', (request, response) => {
						if (request.method === 'POST')
							void outcomeOf(request)
								.then(told)
								.then(() => response.end());
						else response.setHeader('content-type', 'text/html').end(page);
					});
				},
			},
		],
	});
	await server.listen();
	const url = server.resolvedUrls?.local[0] ?? '';
	return {
		async inPage<Result>(module: string, name: string, argument?: unknown): Promise<Result> {
			const order = encodeURIComponent(JSON.stringify([`${pages}${module}.ts`, name, argument]));
			const outcome = new Promise<Outcome>((resolve) => (tell = resolve));
			const { pid, close } = await openChromium(`${url}bench#${order}`);
			const memory = watchMemory(pid);
			try {
				const result = await outcome;
				if ('error' in result) throw new Error(result.error);
				return result.value as Result;
			} finally {
				peakBytes = memory.stop();
				await close();
			}
		},
		peakBytes: () => peakBytes,
		stop: () => server.close(),
	};
}

/** A browser of its own with one page, and its process. */
async function openChromium(url: string): Promise<{ pid: number; close: () => Promise<void> }> {
	const profile = await mkdtemp(join(tmpdir(), 'amana-bench-chromium-'));
	const { args, executablePath = chromium.executablePath() } = chromiumLaunch();
	const browser = spawn(
		executablePath,
		['--headless=new', '--js-flags=--expose-gc', ...args, `--user-data-dir=${profile}`, url],
		{
			stdio: 'ignore',
		},
	);
	const ended = new Promise<void>((resolve) => browser.once('exit', () => resolve()).once('error', () => resolve()));
	return {
		pid: browser.pid ?? 0,
		async close() {
			browser.kill();
			await ended;
			await rm(profile, { recursive: true, force: true, maxRetries: 5 });
		},
	};
}

async function outcomeOf(request: IncomingMessage): Promise<Outcome> {
	let text = '';
	for await (const part of request.setEncoding('utf8') as AsyncIterable<string>) text += part;
	return JSON.parse(text) as Outcome;
}
