/** Where workers do not start, this thread does their part. */
import { expect, test } from 'vitest';
import { decapsulate, encapsulate } from '#lib/crypto/abe/index.ts';
import { rowsForTwo } from '#lib/crypto/abe/part.ts';
import { amina, authorities, context, hospital, keysOf } from './abe-world.ts';
import { counted, countWorkers } from './counted-worker.ts';

test('a worker whose script is not to be had costs nothing but time', async () => {
	countWorkers(() => new URL('/no/such/script.js', location.href));
	const attributes = Array.from({ length: rowsForTwo }, (_, i) => `a${i}#0@${hospital}`);
	const keys = await keysOf(amina, ...attributes);
	const { key, capsule } = await encapsulate({ policy: attributes.join(' and '), authorities, context });
	expect(counted).toEqual({ started: 2, asked: 2, answered: 0 });
	expect(await decapsulate({ capsule, gid: amina, keys, context })).toEqual(key);
	expect(counted.asked).toBe(2); // nobody asks them again
});
