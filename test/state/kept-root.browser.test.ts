import { clear, createStore, entries, keys, set } from 'idb-keyval';
import { beforeEach, expect, test } from 'vitest';
import { tabKeptRoot } from '#lib/state/kept-root.ts';

const owner = { chainId: 31337, account: '0x7c1f000000000000000000000000000000000001' };
const database = createStore('amana-session', 'keys');
const root = () => Uint8Array.from({ length: 32 }, (_, index) => index + 1);
const storageKey = 'amana.kept-root';

beforeEach(async () => {
	sessionStorage.clear();
	await clear(database);
});

test('a root is there again after a reload', async () => {
	await tabKeptRoot().keep(owner, root());
	expect(await tabKeptRoot().take(owner)).toEqual(root());
});

test('neither half has the root in it, and the key cannot be read out', async () => {
	await tabKeptRoot().keep(owner, root());
	const kept = JSON.parse(sessionStorage.getItem(storageKey) ?? '') as { sealed: string };
	expect(atob(kept.sealed)).not.toContain(String.fromCharCode(...root().slice(0, 4)));
	const [[, half]] = (await entries<string, { key: CryptoKey }>(database)) as [[string, { key: CryptoKey }]];
	expect(half.key.extractable).toBe(false);
	await expect(crypto.subtle.exportKey('raw', half.key)).rejects.toThrow();
});

test('another account, or the same on another network, gets nothing', async () => {
	await tabKeptRoot().keep(owner, root());
	expect(await tabKeptRoot().take({ ...owner, account: '0x7c1f000000000000000000000000000000000002' })).toBeNull();
	expect(await tabKeptRoot().take({ ...owner, chainId: 1 })).toBeNull();
});

test('a name changed in the tab does not make it another account’s', async () => {
	await tabKeptRoot().keep(owner, root());
	const other = { ...owner, account: '0x7c1f000000000000000000000000000000000002' };
	const kept = JSON.parse(sessionStorage.getItem(storageKey) ?? '') as Record<string, unknown>;
	sessionStorage.setItem(storageKey, JSON.stringify({ ...kept, owner: `31337:${other.account}` }));
	expect(await tabKeptRoot().take(other)).toBeNull();
});

test('after dropping, both halves are gone', async () => {
	await tabKeptRoot().keep(owner, root());
	await tabKeptRoot().drop();
	expect(sessionStorage.getItem(storageKey)).toBeNull();
	expect(await keys(database)).toEqual([]);
	expect(await tabKeptRoot().take(owner)).toBeNull();
});

test('one half alone gives nothing', async () => {
	await tabKeptRoot().keep(owner, root());
	await clear(database);
	expect(await tabKeptRoot().take(owner)).toBeNull();
});

test('a root that is too old is not used, and its key goes with the next one kept', async () => {
	await tabKeptRoot().keep(owner, root());
	const [[id, half]] = (await entries<string, { key: CryptoKey }>(database)) as [[string, { key: CryptoKey }]];
	await set(id, { ...half, expiresAt: Date.now() - 1 }, database);
	expect(await tabKeptRoot().take(owner)).toBeNull();
	await tabKeptRoot().keep(owner, root());
	expect(await keys(database)).not.toContain(id);
});

test('keeping another root of the same tab leaves no key behind', async () => {
	await tabKeptRoot().keep(owner, root());
	await tabKeptRoot().keep(owner, root());
	expect(await keys(database)).toHaveLength(1);
});

test.each(['', 'null', '{', '{"id":1}', '"text"'])('rubbish in the tab (%s) gives nothing', async (rubbish) => {
	sessionStorage.setItem(storageKey, rubbish);
	expect(await tabKeptRoot().take(owner)).toBeNull();
	await tabKeptRoot().drop();
	expect(sessionStorage.getItem(storageKey)).toBeNull();
});
