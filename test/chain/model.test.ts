/**
 * Random people do random things, rightly and wrongly, by transaction and by signature, while time goes by; a model in plain maps says
 * what each must come to. The contracts agree in every outcome, in every refusal's name and arguments, and in everything they answer.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isSlow, runs } from '../slow.ts';
import { emptyWorld, type World } from './model.ts';
import { commands, prepare } from './model/commands.ts';
import type { Real } from './model/perform.ts';
import { startNetwork, type Network } from './network.ts';

let network: Network;
let start: World;

const outcomes = new Map<string, number>();
const fresh = (): Real => ({ network, drawer: [], outcomes });

beforeAll(async () => {
	network = await startNetwork();
	const moment = { block: await network.latest(), now: await network.now() };
	start = emptyWorld(network.registrar.address, moment);
	await prepare(start, fresh());
});
afterAll(() => network.node.stop());

test('the contracts do what the model says', { timeout: 4 * 60 * 60_000 }, async () => {
	outcomes.clear();
	await fc.assert(
		fc.asyncProperty(fc.commands(commands, { maxCommands: 50, size: 'large' }), async (sequence) => {
			const restore = await network.snapshot();
			try {
				await fc.asyncModelRun(() => ({ model: structuredClone(start), real: fresh() }), sequence);
			} finally {
				await restore();
			}
		}),
		runs(50, 2000),
	);
	if (isSlow) report();
	// The sequences come to something: neither is all refused, nor is all allowed.
	const all = [...outcomes.values()].reduce((sum, count) => sum + count, 0);
	const done = outcomes.get('done') ?? 0;
	expect(done).toBeGreaterThan(all / 5);
	expect(all - done).toBeGreaterThan(all / 5);
});

function report(): void {
	const counts = [...outcomes].sort(([, a], [, b]) => b - a).map(([outcome, count]) => `${outcome} ${count}`);
	// eslint-disable-next-line no-console -- what the long run is for
	console.log(`Outcomes of the model's commands: ${counts.join(', ')}.`);
}
