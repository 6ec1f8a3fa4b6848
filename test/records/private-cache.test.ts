import { describe, expect, test } from 'vitest';
import { utf8 } from '#lib/bytes.ts';
import { createRoot } from '#lib/crypto/index.ts';
import { memoryCache, type Cache } from '#lib/records/cache.ts';
import { engine } from '#lib/records/engine.ts';
import { createIdentity, type Identity } from '#lib/records/identity.ts';
import { readPrivate, writePrivate } from '#lib/records/private-cache.ts';

async function someone(): Promise<Identity> {
	const root = createRoot();
	const settings = { displayName: '', language: 'en' as const };
	const keys = await engine.deriveKeys(root);
	return createIdentity({ account: `0x${'00'.repeat(20)}`, root, keys, settings, clouds: [], wraps: [] });
}

/** A cache that can be looked into, as anyone with the computer can. */
function openCache(): Cache & { entries: Map<string, Uint8Array> } {
	const entries = new Map<string, Uint8Array>();
	return {
		...memoryCache(),
		entries,
		get: (name) => Promise.resolve(entries.get(name) ?? null),
		set: (name, bytes) => Promise.resolve(void entries.set(name, bytes)),
	};
}

describe('a private entry of the cache', () => {
	test('comes back to its owner', async () => {
		const [cache, owner] = [memoryCache(), await someone()];
		await writePrivate(cache, owner, 'lock/one', utf8('a key'));
		expect(await readPrivate(cache, owner, 'lock/one')).toEqual(utf8('a key'));
		expect(await readPrivate(cache, owner, 'lock/two')).toBeNull();
	});

	test('shows neither its name nor its value', async () => {
		const [cache, owner] = [openCache(), await someone()];
		await writePrivate(cache, owner, 'lock/of-someone', utf8('a secret value'));
		const [[name, value] = ['', new Uint8Array()]] = cache.entries;
		expect(name).not.toContain('someone');
		expect(Buffer.from(value).includes('a secret')).toBe(false);
	});

	test('is nothing to anyone else, and nothing once it was changed or moved', async () => {
		const [cache, owner, other] = [openCache(), await someone(), await someone()];
		await writePrivate(cache, owner, 'a', utf8('1'));
		await writePrivate(cache, owner, 'b', utf8('2'));
		expect(await readPrivate(cache, other, 'a')).toBeNull();
		const [[nameA, valueA], [nameB]] = [...cache.entries] as [[string, Uint8Array], [string, Uint8Array]];
		cache.entries.set(nameB, valueA);
		expect(await readPrivate(cache, owner, 'b')).toBeNull();
		cache.entries.set(nameA, valueA.map((byte, i) => (i === 60 ? byte ^ 1 : byte))); // prettier-ignore
		expect(await readPrivate(cache, owner, 'a')).toBeNull();
	});
});
