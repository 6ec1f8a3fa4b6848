/**
 * `npm run journey`: the whole of the main job without a browser, by the same use cases that the screens call, with fresh accounts,
 * on the local network that is running or on one of its own. One line per step; ends with 1 at the first thing that is wrong.
 *
 *   --file PATH   the patient's document, of any size; without it, 100 MB that are made up
 *   --keep DIR    the clouds' data stays in DIR, with `opened.bin`, the document as the doctor opened it, and `events.json`
 */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createWriteStream } from 'node:fs';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { createEngine } from '#lib/records/engine.ts';
import type { NewDocument } from '#lib/records/index.ts';
import { allEvents, objectsOnClouds } from './journey/evidence.ts';
import { fileAt, madeUpFile, sampleDocuments, toDisk } from './journey/documents.ts';
import { findRunningNetwork, startOwnNetwork, type JourneyNetwork } from './journey/network.ts';
import { heading, StepFailed } from './journey/report.ts';
import { secrets, takeSteps, type Journey } from './journey/steps.ts';
import { findIn, findInFolder, findInText, minPhraseBytes, tracesOf, type Found } from './journey/traces.ts';
import { exitWith, Problem } from './problem.ts';

const began = performance.now();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

try {
	await run();
	console.log(`\nEverything came out right, in ${((performance.now() - began) / 1000).toFixed(1)} s.`);
	process.exit(0);
} catch (error) {
	if (!(error instanceof StepFailed)) exitWith(error);
	console.error(`\n${error.message}`);
	process.exit(1);
}

async function run(): Promise<void> {
	const { file: path, keep } = readArguments();
	const made = path === undefined ? await madeUpFile() : { file: await fileAt(path), remove: () => Promise.resolve() };
	const folder = keep === undefined ? null : await emptyFolder(keep);
	const scratch = await mkdtemp(join(tmpdir(), 'amana-opened-'));
	let opened = 0;
	const engine = createEngine((stream) => toDisk(join(scratch, String(opened++)), stream));
	const network = await chooseNetwork(folder);
	try {
		const document: NewDocument = {
			file: made.file,
			title: secrets.title,
			category: 'documents',
			clinicalDate: '2026-11-20',
			policy: { who: 'allowed', category: 'documents' },
		};
		heading();
		const journey = await takeSteps(network, [...sampleDocuments(), document], engine);
		const events = await allEvents(network);
		await lookForTraces(network, journey, events);
		if (folder) await keepEvidence(folder, journey, events);
	} finally {
		await network.stop();
		await made.remove();
		await rm(scratch, { recursive: true, force: true });
	}
}

function readArguments(): { file?: string | undefined; keep?: string | undefined } {
	try {
		return parseArgs({ options: { file: { type: 'string' }, keep: { type: 'string' } } }).values;
	} catch (error) {
		throw new Problem(`${(error as Error).message} Known are --file PATH and --keep DIR.`);
	}
}

async function chooseNetwork(keep: string | null): Promise<JourneyNetwork> {
	const running = await findRunningNetwork();
	if (running && !keep) {
		console.log('On the local network that is running.\n');
		return running;
	}
	if (running) console.log('A local network is running, but its data directories belong to it.');
	console.log('On a local network of its own.\n');
	return startOwnNetwork(keep ?? undefined);
}

async function emptyFolder(path: string): Promise<string> {
	const folder = resolve(path);
	await mkdir(folder, { recursive: true });
	if ((await readdir(folder)).length > 0) throw new Problem(`${folder} is not empty: name another folder.`);
	return folder;
}

/** Nothing of the document, nor any name, in what the clouds hold or the chain says. */
async function lookForTraces(network: JourneyNetwork, { saved }: Journey, events: string): Promise<void> {
	const last = saved.at(-1)?.document;
	if (!last) return;
	const names = saved.map(({ document }) => document.file.name);
	const phrases = [...new Set([...names, ...saved.map(({ document }) => document.title), ...Object.values(secrets)])];
	const traces = await tracesOf(last.file, phrases);
	const where = network.dataDir ? 'the clouds’ directories' : 'all objects on the clouds';
	const found = findInText(traces, 'the events', events) ?? (await searchClouds(network, traces));
	if (found) throw new StepFailed(`Found ${found.what} in ${found.where}.`);
	const short = phrases.filter((phrase) => Buffer.byteLength(phrase) < minPhraseBytes);
	const left = short.length > 0 ? ` Too short to look for: ${short.join(', ')}.` : '';
	console.log(
		`\n${traces.count} pieces of the document, names and words looked for in ${where} and in the events: none found.${left}`,
	);
}

async function searchClouds(
	network: JourneyNetwork,
	traces: Awaited<ReturnType<typeof tracesOf>>,
): Promise<Found | null> {
	if (network.dataDir) return findInFolder(traces, network.dataDir);
	for await (const { name, bytes } of objectsOnClouds(network)) {
		const found = await findIn(traces, name, bytes);
		if (found) return found;
	}
	return null;
}

async function keepEvidence(folder: string, { opened }: Journey, events: string): Promise<void> {
	const stream = opened.stream() as unknown as Parameters<typeof Readable.fromWeb>[0];
	await pipeline(Readable.fromWeb(stream), createWriteStream(join(folder, 'opened.bin')));
	await writeFile(join(folder, 'events.json'), events);
	console.log(`Kept in ${folder}: the clouds' data, opened.bin and events.json.`);
}
