/**
 * `npm run bench:storage`: how fast pieces are sealed, saved, opened and audited in Chromium, beside their targets. Writes the table of
 * `docs/performance.md`.
 *
 *   --json         print `{ "seal": …, "save": …, … }` and nothing else; write nothing
 *   --only NAME    measure this part alone (may be given several times); write nothing
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { exitWith, Problem } from '../problem.ts';
import { root } from '../run.ts';
import { auditPart } from './storage/audit.ts';
import { openBench } from './storage/browser.ts';
import { memoryPart } from './storage/memory.ts';
import { openLoopbackPart, openOneSlowPart, openPart, previewPart } from './storage/open.ts';
import type { Measured, Part } from './storage/part.ts';
import { saveLoopbackPart, savePart } from './storage/save.ts';
import { sealPart } from './storage/seal.ts';
import { treePart } from './storage/tree.ts';

const parts: readonly Part[] = [
	treePart,
	sealPart,
	savePart,
	saveLoopbackPart,
	openPart,
	openLoopbackPart,
	openOneSlowPart,
	previewPart,
	auditPart,
	memoryPart,
];
const path = join(root, 'docs/performance.md');
const [begin, end] = ['<!-- npm run bench:storage -->', '<!-- end of bench:storage -->'];

await main().then(() => process.exit(0), exitWith);

async function main(): Promise<void> {
	const { json, only } = readArguments();
	const chosen = only ? parts.filter(({ name }) => only.includes(name)) : parts;
	const bench = await openBench();
	const measured: Measured[] = [];
	try {
		for (const part of chosen) measured.push(await part.measure(bench));
	} finally {
		await bench.stop();
	}
	if (json) {
		console.log(JSON.stringify(Object.assign({}, ...measured.map(({ figures }) => figures))));
		return;
	}
	const rows = measured.flatMap((one) => one.rows);
	const lines = rows.map(({ what, measured: value, target }) => `| ${what} | ${value} | ${target} |`);
	const table = ['| What | Measured | Target |', '| --- | --- | --- |', ...lines].join('\n');
	console.log(table);
	if (!only) await writeTable(table);
}

function readArguments(): { json?: boolean | undefined; only?: string[] | undefined } {
	const options = { json: { type: 'boolean' }, only: { type: 'string', multiple: true } } as const;
	const names = parts.map(({ name }) => name).join(', ');
	try {
		const { values } = parseArgs({ options });
		if (values.only?.some((name) => !parts.some((part) => part.name === name))) throw new Error('No such part.');
		return values;
	} catch (error) {
		throw new Problem(`${(error as Error).message} Known are --json and --only with one of ${names}.`);
	}
}

async function writeTable(table: string): Promise<void> {
	const text = await readFile(path, 'utf8');
	const [before, rest] = text.split(begin);
	const after = rest?.split(end)[1];
	if (before === undefined || after === undefined) throw new Problem(`docs/performance.md lacks ${begin} or ${end}.`);
	const whole = `${before}${begin}\n\n${table}\n\n${end}${after}`;
	await writeFile(path, await format(whole, { ...(await resolveConfig(path)), filepath: path }));
}
