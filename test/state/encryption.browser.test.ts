/** The choice of a library: told to the app's worker, and remembered by the browser. */
import { afterEach, expect, test } from 'vitest';
import { AppError } from '#lib/errors.ts';
import { openEngine } from '#lib/records/engine-client.ts';
import { EncryptionState } from '#lib/state/encryption.svelte.ts';
import { amina, authorities, context, doctor, keysOf } from '../crypto/abe-world.ts';

afterEach(() => {
	localStorage.clear();
});

test('each library seals and opens in the worker, and what was chosen outlives a reload', async () => {
	const engine = openEngine();
	const encryption = new EncryptionState();
	await encryption.start(engine);
	expect(encryption.current).toBe('automatic');
	const { key, capsule } = await engine.encapsulate({ policy: doctor, authorities, context });
	const opening = { capsule, gid: amina, keys: await keysOf(amina, doctor), context };
	for (const library of ['noble', 'mcl', 'automatic', 'noble'] as const) {
		await encryption.choose(library);
		expect(encryption).toMatchObject({ current: library, error: null });
		expect(await engine.decapsulate(opening)).toEqual(key);
	}
	const reloaded = new EncryptionState();
	await reloaded.start(engine);
	expect(reloaded.current).toBe('noble');
});

test('one that does not run is not taken, and that is said', async () => {
	const encryption = new EncryptionState();
	const told: (string | null)[] = [];
	await encryption.start({
		useLibrary(library) {
			told.push(library);
			return library === 'mcl' ? Promise.reject(new AppError('crypto.no-webassembly', 'Not here.')) : Promise.resolve();
		},
	});
	await encryption.choose('noble');
	await encryption.choose('mcl');
	expect(told).toEqual(['noble', 'mcl']);
	expect(encryption.current).toBe('noble');
	expect(encryption.error?.code).toBe('crypto.no-webassembly');
	expect(localStorage.getItem('amana-encryption')).toBe('noble');
});

test('what an earlier version remembered, or somebody wrote there, is no choice', async () => {
	localStorage.setItem('amana-encryption', 'rot13');
	const encryption = new EncryptionState();
	await encryption.start(openEngine());
	expect(encryption.current).toBe('automatic');
});
