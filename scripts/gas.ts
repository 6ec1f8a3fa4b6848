/**
 * `npm run gas`: measures the gas of each action on a node of its own, prints it beside its target and writes `docs/gas.md`.
 *
 *   --json   print `{ "addRecord": { "first": …, "repeat": … }, … }` and nothing else; write nothing
 */
import { writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { actions, targets, type Action, type Measures } from './gas/actions.ts';
import { documentOf, documentPath } from './gas/document.ts';
import { measure } from './gas/measure.ts';
import { grouped } from './gas/tables.ts';
import { exitWith, Problem } from './problem.ts';
import { root } from './run.ts';

try {
	const { json } = readArguments();
	const measures = await measure();
	if (json) {
		console.log(JSON.stringify(measures.gas));
	} else {
		print(measures);
		await writeFile(documentPath, await documentOf(measures));
		console.log(`\nWritten: ${relative(root, documentPath)}.`);
	}
	process.exit(0);
} catch (error) {
	exitWith(error);
}

function readArguments(): { json?: boolean | undefined } {
	try {
		return parseArgs({ options: { json: { type: 'boolean' } } }).values;
	} catch (error) {
		throw new Problem(`${(error as Error).message} Known is --json.`);
	}
}

function print({ gas }: Measures): void {
	console.log(row('', 'first', 'repeat', 'target first', 'repeat'));
	for (const action of actions) {
		const target = action in targets ? targets[action as Exclude<Action, 'applyHospital'>] : null;
		const cells = [gas[action].first, gas[action].repeat, target?.first, target?.repeat];
		console.log(row(action, ...cells.map((value) => (value === undefined ? '' : grouped(value)))));
	}
}

function row(name: string, ...cells: string[]): string {
	return name.padEnd(20) + cells.map((cell) => cell.padStart(14)).join('');
}
