/**
 * `npm run chaos [histories] [seed]`: files on clouds that fail, lie, fill up and flap, in pages that crash at any step; 1,000 histories
 * unless given, each from its own seed, counting from `seed`. Ends at the first broken invariant, whose seed replays it:
 * `npm run chaos 1 SEED`.
 */
import { argv } from 'node:process';
import { liveHistory, noCounts } from '../test/storage/chaos.ts';
import { exitWith } from './problem.ts';

const many = Number(argv[2] ?? 1000);
const first = Number(argv[3] ?? 1);

await main().then(() => process.exit(0), exitWith);

async function main(): Promise<void> {
	const counts = noCounts();
	for (let i = 0; i < many; i++) {
		await liveHistory(first + i, counts);
		if ((i + 1) % 100 === 0) console.log(`${i + 1} histories`);
	}
	for (const [what, count] of Object.entries(counts)) console.log(`${what.padEnd(14)}${count}`);
	console.log('Nothing acknowledged was lost, nothing wrong was returned, every repair converged.');
}
