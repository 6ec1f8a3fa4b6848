/** The remembered part of a history: used while the chain still has it, and never in the place of what the chain says now. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as r from '#lib/records/index.ts';
import { requireIdentity } from '#lib/records/act.ts';
import { readKnownHistory } from '#lib/records/known-history.ts';
import { connectChain, readHistory, type ChainEvent } from '#lib/chain/index.ts';
import { startRpcProxy, type RpcProxy } from '../chain/rpc-proxy.ts';
import { day, startWorld, type World } from './world.ts';

let world: World;
let patient: r.Deps;
let hospital: r.Deps;
let proxy: RpcProxy;
let me: r.Address;
const places = (events: readonly ChainEvent[]) =>
	events.map(({ name, blockNumber, logIndex }) => [name, blockNumber, logIndex]);

beforeAll(async () => {
	world = await startWorld();
	hospital = await world.hospital('Al-Noor Hospital');
	proxy = await startRpcProxy(world.chain.rpcUrls[0] ?? '', () => null);
	const plain = await world.patient('Mariam Al-Khatib');
	me = requireIdentity(plain).account;
	const client = connectChain({ ...world.chain, rpcUrls: [proxy.url] });
	patient = { ...plain, client, cache: r.memoryCache() };
	await letAdd(1);
});
afterAll(async () => {
	await proxy.stop();
	await world.stop();
});

async function letAdd(days: number): Promise<void> {
	await r.allowAdding(patient, { hospital: requireIdentity(hospital).account, expiresAt: Date.now() + days * day });
}

const asked = () =>
	proxy.requests
		.filter(({ method }) => method === 'eth_getLogs')
		.map(({ params }) => params[0] as { fromBlock: string });
const whole = () => readHistory(connectChain(world.chain), world.chain.contracts, { account: me });

test('what was read is not asked for again, and what came since is there', async () => {
	expect(places(await readKnownHistory(patient, me))).toEqual(places(await whole()));
	proxy.requests.length = 0;
	await letAdd(2);
	const events = await readKnownHistory(patient, me);
	expect(places(events)).toEqual(places(await whole()));
	expect(events.at(-1)?.name).toBe('AddingAllowed');
	const first = Math.min(...asked().map(({ fromBlock }) => Number(fromBlock)));
	expect(first).toBeGreaterThan(events.at(-2)?.blockNumber ?? Infinity);
});

test('pointers come back as the numbers they were', async () => {
	const [remembered] = await readKnownHistory(patient, me);
	const [read] = await whole();
	expect(remembered).toEqual(read);
});

test('a chain that went another way is read anew', async () => {
	const snapshot = await world.chainControl.snapshot();
	await letAdd(3);
	const before = await readKnownHistory(patient, me);
	await world.chainControl.revert({ id: snapshot });
	await world.chainControl.mine({ blocks: 3 });
	const after = await readKnownHistory(patient, me);
	expect(places(after)).toEqual(places(await whole()));
	expect(after.length).toBe(before.length - 1);
});

test('another person of this browser, or nobody, gets none of it', async () => {
	const other = await world.patient('Salma Odeh');
	const entries: string[] = [];
	const cache = { ...patient.cache, get: (name: string) => (entries.push(name), patient.cache.get(name)) };
	expect(places(await readKnownHistory({ ...other, cache }, me))).toEqual(places(await whole()));
	await readKnownHistory({ ...other, identity: null, cache }, me);
	expect(entries.every((name) => !name.includes(me.slice(2)))).toBe(true);
});
