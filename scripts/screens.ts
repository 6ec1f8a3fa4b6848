/**
 * `npm run screens`: pictures of every screen into docs/screens, from a local network with the demo. Fails when a page can be scrolled
 * sideways on a phone.
 *
 *     npm run screens                            all of them, and the table
 *     npm run screens -- patient hospital        only these scenes; the table stays as it is
 *     npm run screens -- --site http://127.0.0.1:8440/    at a site that runs already (`npm start`), whose newcomers have no keys yet
 */
import { chromium, type Browser } from '@playwright/test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { SiteConfig } from '#lib/records/config.ts';
import { chromiumLaunch } from './chromium.ts';
import { startLocalNetwork } from './network/local-network.ts';
import { exitWith, Problem } from './problem.ts';
import { root } from './run.ts';
import { Camera } from './screens/camera.ts';
import { clinician } from './screens/scenes/clinician.ts';
import { administrators, hospital } from './screens/scenes/hospital.ts';
import { newcomer } from './screens/scenes/newcomer.ts';
import { adding, arabic, patient, stopping } from './screens/scenes/patient.ts';
import { visitor } from './screens/scenes/visitor.ts';
import type { Scene } from './screens/stage.ts';
import { screensTable, type Chapter } from './screens/table.ts';

const scenes: readonly Scene[] = [
	visitor,
	newcomer,
	patient,
	adding,
	clinician,
	hospital,
	administrators,
	arabic,
	stopping,
];
const folder = join(root, 'docs/screens');

await main().catch(exitWith);

async function main(): Promise<void> {
	const { values, positionals } = parseArgs({ options: { site: { type: 'string' } }, allowPositionals: true });
	const unknown = positionals.find((name) => !scenes.some((scene) => scene.name === name));
	if (unknown) throw new Problem(`There is no scene ${unknown}: ${scenes.map(({ name }) => name).join(', ')}.`);
	const network = values.site ? null : await startLocalNetwork({ demo: true, site: true, onStep: console.log });
	const url = values.site ?? network?.url ?? '';
	const browser = await chromium.launch(chromiumLaunch());
	try {
		const config = (await (await fetch(new URL('config.json', url))).json()) as SiteConfig;
		const wanted = positionals.length > 0 ? scenes.filter(({ name }) => positionals.includes(name)) : scenes;
		await takeAll(wanted, { browser, url, config, writeTable: positionals.length === 0 });
	} finally {
		await browser.close();
		await network?.stop();
	}
}

interface Place {
	browser: Browser;
	url: string;
	config: SiteConfig;
	writeTable: boolean;
}

async function takeAll(wanted: readonly Scene[], { browser, url, config, writeTable }: Place): Promise<void> {
	mkdirSync(folder, { recursive: true });
	const chapters: Chapter[] = [];
	const tooWide: string[] = [];
	for (const { name, title, play } of wanted) {
		const began = performance.now();
		const camera = new Camera(folder);
		const context = await browser.newContext({ baseURL: url, locale: 'en-GB', timezoneId: 'UTC' });
		const addressOf = (person: string) =>
			config.demo?.accounts.find((account) => account.name === person)?.address ?? '';
		await play({ config, camera, enter: () => context.newPage(), addressOf });
		await context.close();
		chapters.push({ title, screens: camera.screens });
		tooWide.push(...camera.tooWide);
		console.log(`${name}: ${camera.screens.length} screens, ${((performance.now() - began) / 1000).toFixed(0)} s`);
	}
	if (writeTable) writeFileSync(join(folder, 'README.md'), screensTable(chapters));
	if (tooWide.length > 0) throw new Problem(`Too wide for a phone:\n${tooWide.join('\n')}`);
}
