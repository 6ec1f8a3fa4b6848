import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
	addRecord,
	addRecordMessage,
	awaitPermission,
	cancelPermission,
	latestBlock,
	messageTypes,
	relayPermission,
	signPermission,
	type Hash,
	type MessageName,
	type SignedAction,
	type Unsigned,
} from '#lib/chain/index.ts';
import { permissionCases, prepare, type PermissionCase } from './permission-cases.ts';
import { day, ownRecord, startNetwork, type Network, type Person } from './network.ts';

let network: Network;
let cases: Record<MessageName, PermissionCase>;
let restore: () => Promise<void>;

beforeAll(async () => {
	network = await startNetwork();
	await prepare(network);
	cases = await permissionCases(network);
});
beforeEach(async () => {
	restore = await network.snapshot();
});
afterEach(() => restore());
afterAll(() => network.node.stop());

interface Waiting {
	signed: SignedAction;
	outcome: Promise<Hash>;
}

/** The person signs, and waits for somebody to execute it. */
async function signAndWait(
	person: Person,
	message: Unsigned,
	options: { lifeSeconds?: number; signal?: AbortSignal } = {},
): Promise<Waiting> {
	const { client, contracts } = network;
	const { lifeSeconds = day, signal } = options;
	const deadline = Math.floor(Date.now() / 1000) + lifeSeconds;
	const signed = await signPermission(person.wallet, client, { contracts, message, deadline });
	const fromBlock = await latestBlock(client);
	return { signed, outcome: awaitPermission(client, contracts, { signed, fromBlock, signal }) };
}

const relay = (signed: SignedAction) =>
	network.done(relayPermission(network.relayer.wallet, network.contracts, signed));

describe.each(Object.keys(messageTypes) as MessageName[])('%s', (name) => {
	test('who signed it learns which transaction executed it', async () => {
		const { signer, message } = cases[name];
		const { signed, outcome } = await signAndWait(signer, message);
		const { hash } = await relay(signed);
		expect(await outcome).toBe(hash);
	});
});

test('what the signer did alike just before, by transaction, is another matter', async () => {
	const { patient, done } = network;
	await done(addRecord(patient.wallet, ownRecord(network, patient, 'by transaction')));
	const { signed, outcome } = await signAndWait(patient, addRecordMessage(ownRecord(network, patient, 'signed')));
	await done(addRecord(patient.wallet, ownRecord(network, patient, 'meanwhile')));
	const { hash } = await relay(signed);
	expect(await outcome).toBe(hash);
});

test('cancelled, it is over, whatever else the signer does', async () => {
	const { patient, done } = network;
	const { signed, outcome } = await signAndWait(patient, addRecordMessage(ownRecord(network, patient, 'signed')));
	const over = expect(outcome).rejects.toMatchObject({ code: 'chain.permission-over' });
	await done(cancelPermission(patient.wallet, { registry: signed.registry }));
	await done(addRecord(patient.wallet, ownRecord(network, patient, 'by transaction')));
	await over;
});

test('when its time is up, it is over', async () => {
	const { patient } = network;
	const message = addRecordMessage(ownRecord(network, patient, 'signed'));
	const { outcome } = await signAndWait(patient, message, { lifeSeconds: -1 });
	await expect(outcome).rejects.toMatchObject({ code: 'chain.permission-over' });
});

test('waiting can be ended', async () => {
	const { patient } = network;
	const stop = new AbortController();
	const message = addRecordMessage(ownRecord(network, patient, 'signed'));
	const { outcome } = await signAndWait(patient, message, { signal: stop.signal });
	stop.abort();
	await expect(outcome).rejects.toMatchObject({ code: 'general.cancelled' });
});
