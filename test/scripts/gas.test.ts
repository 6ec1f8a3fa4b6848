/** That the published gas is what the contracts use, stays under its targets, and is published as the script writes it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { compileContracts } from '../../scripts/deploy/artifacts.ts';
import { actions, targets, type Action, type Gas, type Measures } from '../../scripts/gas/actions.ts';
import { documentOf, documentPath } from '../../scripts/gas/document.ts';
import { root, run } from '../../scripts/run.ts';

/** Rounding to 100, and what the zero bytes of digests and signatures change. */
const toleranceGas = 150;
/** How many hashes five paths share is drawn each time: one more or less is a quarter of a thousand each. */
const drawnToleranceGas = 1200;
/** For the compiler, where contracts changed since it ran, on a busy machine. */
const compileMs = 300_000;

let printed: string;
let gas: Gas;
let published: string;

beforeAll(async () => {
	await compileContracts();
	const result = await run('node', [join(root, 'scripts/gas.ts'), '--json']);
	expect(result.code, result.output).toBe(0);
	printed = result.output;
	gas = JSON.parse(printed) as Gas;
	published = await readFile(documentPath, 'utf8');
}, compileMs);

/** The measures that the first table of the document says. */
function measuresOf(text: string): Measures {
	const number = (cell: string | undefined) => Number(cell?.replaceAll(',', ''));
	const rows = actions.map((action) => {
		const row = new RegExp(`^\\| ${action} .*$`, 'm')
			.exec(text)?.[0]
			.split('|')
			.map((cell) => cell.trim());
		return { action, first: number(row?.[2]), repeat: number(row?.[3]), callBytes: number(row?.[6]) };
	});
	return {
		gas: Object.fromEntries(rows.map(({ action, first, repeat }) => [action, { first, repeat }])) as Gas,
		callBytes: Object.fromEntries(rows.map(({ action, callBytes }) => [action, callBytes])) as Measures['callBytes'],
	};
}

describe('the gas of each action', () => {
	test('is printed as one line of JSON with the agreed names and nothing else', () => {
		expect(printed).toBe(`${JSON.stringify(gas)}\n`);
		expect(Object.keys(gas)).toEqual([...actions]);
		for (const uses of Object.values(gas)) {
			expect(Object.keys(uses)).toEqual(['first', 'repeat']);
			for (const value of Object.values(uses)) expect(value).toSatisfy(Number.isSafeInteger);
			expect(uses.repeat).toBeGreaterThan(5_000);
			expect(uses.first).toBeGreaterThanOrEqual(uses.repeat);
		}
	});

	test.each(Object.entries(targets))('of %s is under its target', (action, target) => {
		const { first, repeat } = gas[action as Action];
		expect(first).toBeLessThanOrEqual(target.first);
		expect(repeat).toBeLessThanOrEqual(target.repeat);
	});

	test('is the one in docs/gas.md (else: npm run gas)', () => {
		const documented = measuresOf(published).gas;
		for (const action of actions) {
			const tolerance = action.startsWith('proveLeaf') ? drawnToleranceGas : toleranceGas;
			expect(Math.abs(documented[action].first - gas[action].first), action).toBeLessThanOrEqual(tolerance);
			expect(Math.abs(documented[action].repeat - gas[action].repeat), action).toBeLessThanOrEqual(tolerance);
		}
	});
});

describe('docs/gas.md', () => {
	test('is what the script writes for its figures, to the letter', async () => {
		expect(published).toBe(await documentOf(measuresOf(published)));
	});

	test('says of every figure that is not measured where it is from', () => {
		for (const link of ['ethereum.org/energy-consumption', 'eips.ethereum.org/EIPS/eip-7918', 'docs.base.org']) {
			expect(published).toContain(link);
		}
		expect(published).not.toMatch(/NaN|undefined|Infinity/);
	});
});

test('an unknown argument is one sentence', async () => {
	const { code, output } = await run('node', [join(root, 'scripts/gas.ts'), '--jsn']);
	expect(code).toBe(1);
	expect(output).toContain('Known is --json.');
	expect(output.trim().split('\n')).toHaveLength(1);
});
