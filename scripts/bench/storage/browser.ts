/** The page in which parts are measured: our sources as a development server gives them to Chromium, unbundled but otherwise the same. */
import { chromium } from '@playwright/test';
import { createServer } from 'vite';
import { chromiumLaunch } from '../../chromium.ts';
import { root } from '../../run.ts';
import type { Bench } from './part.ts';

/** Starts both, for the modules of a folder; `stop` ends them. */
export async function openBench(
	pages = '/scripts/bench/storage/page/',
): Promise<Bench & { stop: () => Promise<void> }> {
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
				name: 'empty-page',
				configureServer: ({ middlewares }) => {
					middlewares.use((request, response, next) => {
						if (request.url !== '/') next();
						else response.setHeader('content-type', 'text/html').end('<!doctype html><title>Bench</title>');
					});
				},
			},
		],
	});
	await server.listen();
	const url = server.resolvedUrls?.local[0] ?? '';
	const browser = await chromium.launch(chromiumLaunch());
	return {
		async inPage<Result>(module: string, name: string, argument?: unknown): Promise<Result> {
			const page = await browser.newPage();
			try {
				await page.goto(url);
				return await page.evaluate(callExport<Result>, [`${pages}${module}.ts`, name, argument] as const);
			} finally {
				await page.close();
			}
		},
		async stop() {
			await browser.close();
			await server.close();
		},
	};
}

/** Runs in the page. */
async function callExport<Result>([path, name, argument]: readonly [string, string, unknown]): Promise<Result> {
	const module = (await import(path)) as Record<string, (argument: unknown) => Promise<Result>>;
	const work = module[name];
	if (!work) throw new Error(`${path} exports no ${name}.`);
	return work(argument);
}
