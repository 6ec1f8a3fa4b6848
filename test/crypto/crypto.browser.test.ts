/** The same bytes in a browser's window and in its worker as in Node: the vectors, and a round trip of each module. */
import { wrap } from 'comlink';
import { expect, test } from 'vitest';
import type { runEverything } from './everything.ts';
import { runEverything as runHere } from './everything.ts';

const expected = {
	// By choice, noble, mcl.
	capsules: Array.from({ length: 3 }, () => ({ same: true, refusal: 'crypto.invalid-capsule' })),
	manyRows: true,
	boxOpens: true,
	boxVector: true,
	streamVector: true,
	keyring: true,
};

test('in the window', async () => {
	expect(await runHere()).toEqual(expected);
});

test('in a worker', async () => {
	const worker = new Worker(new URL('./everything.worker.ts', import.meta.url), { type: 'module' });
	try {
		expect(await wrap<typeof runEverything>(worker)()).toEqual(expected);
	} finally {
		worker.terminate();
	}
});
