import { expect, test } from 'vitest';
import { isSlow } from '../slow.ts';
import { liveHistories } from './chaos.ts';

test('histories of files on clouds that fail, in pages that crash: nothing acknowledged is lost, nothing wrong is returned, repair converges', async () => {
	const many = isSlow ? 200 : 20;
	const counts = await liveHistories(1, many);
	expect(counts.histories).toBe(many);
	for (const count of Object.values(counts)) expect(count).toBeGreaterThan(0);
}, 300_000);
