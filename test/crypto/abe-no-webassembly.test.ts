/** Which library does the work, where both run and where WebAssembly does not. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { amina, authorities, context, doctor, keysOf } from './abe-world.ts';

/** Modules that have loaded no library yet. */
const fresh = async () => {
	vi.resetModules();
	return {
		abe: await import('#lib/crypto/abe/index.ts'),
		engine: (await import('#lib/records/engine.ts')).createEngine(),
	};
};
// Before anything is made anew: this loads both.
const keys = await keysOf(amina, doctor);
const order = { policy: doctor, authorities, context };
const watch = () => vi.spyOn(WebAssembly, 'instantiate');
let started: ReturnType<typeof watch>;

beforeEach(() => {
	started = watch();
});
afterEach(() => {
	vi.unstubAllGlobals();
	vi.restoreAllMocks();
});

test('without a choice it is the fast one', async () => {
	const { engine } = await fresh();
	const { key, capsule } = await engine.encapsulate(order);
	expect(started).toHaveBeenCalledOnce();
	const opening = { capsule, gid: amina, keys, context };
	expect(await engine.decapsulate(opening)).toEqual(key);
});

test('once the audited one is chosen, the other is not even loaded; and it opens what the other sealed', async () => {
	const { engine } = await fresh();
	await engine.useLibrary('noble');
	const { key, capsule } = await engine.encapsulate(order);
	const opening = { capsule, gid: amina, keys, context };
	started.mockClear();
	expect(await engine.decapsulate(opening)).toEqual(key);
	expect(started).not.toHaveBeenCalled();
	await engine.useLibrary('mcl');
	expect(started).toHaveBeenCalledOnce();
	expect(await engine.decapsulate(opening)).toEqual(key);
	await engine.useLibrary(null);
	expect(await engine.decapsulate(opening)).toEqual(key);
});

test('where WebAssembly does not run, the audited one does the work, and the other cannot be had', async () => {
	vi.stubGlobal('WebAssembly', undefined);
	const { abe, engine } = await fresh();
	const { capsule } = await engine.encapsulate(order);
	expect(abe.policyOf(capsule)).toBe(doctor);
	await expect(engine.useLibrary('mcl')).rejects.toMatchObject({ code: 'crypto.no-webassembly' });
	await expect(abe.encapsulate({ ...order, backend: 'mcl' })).rejects.toMatchObject({ code: 'crypto.no-webassembly' });
	expect((await engine.encapsulate(order)).key).toHaveLength(32); // as before
});
