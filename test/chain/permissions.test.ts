import { getTransaction, readContract } from 'viem/actions';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { consentRegistryAbi } from '#lib/chain/abi/consent-registry.ts';
import {
	cancelPermission,
	messageTypes,
	readNonce,
	relayPermission,
	signPermission,
	type MessageName,
	type SignedAction,
	type WalletClient,
} from '#lib/chain/index.ts';
import { domainOf } from '#lib/chain/permissions/messages.ts';
import { newest, permissionCases, prepare, type PermissionCase } from './permission-cases.ts';
import { day, refused, startNetwork, type Network } from './network.ts';
import { extension } from './extension.ts';

let network: Network;
let cases: Record<MessageName, PermissionCase>;
let deadline = 0;
let restore: () => Promise<void>;

beforeAll(async () => {
	network = await startNetwork();
	await prepare(network);
	cases = await permissionCases(network);
	deadline = (await network.now()) + day;
});
beforeEach(async () => {
	restore = await network.snapshot();
});
afterEach(() => restore());
afterAll(() => network.node.stop());

const names = Object.keys(messageTypes) as MessageName[];

function sign(name: MessageName, other: { deadline?: number; wallet?: WalletClient } = {}): Promise<SignedAction> {
	const { signer, message } = cases[name];
	const { client, contracts } = network;
	return signPermission(other.wallet ?? signer.wallet, client, {
		contracts,
		message,
		deadline: other.deadline ?? deadline,
	});
}

const relay = (signed: SignedAction, wallet: WalletClient = network.relayer.wallet) =>
	relayPermission(wallet, network.contracts, signed);
const nonceOf = ({ registry, signer }: SignedAction) => readNonce(network.client, { registry, signer });
const wrongNonce = ({ signer, nonce }: SignedAction, current: number) =>
	refused('chain.permission-over', { reason: 'WrongNonce', signer, given: nonce, current });
const invalid = ({ signer }: SignedAction) =>
	refused('chain.permission-invalid', { reason: 'InvalidSignature', signer });

test('wallets show the names that the contracts have', async () => {
	const { client, contracts, config } = network;
	for (const name of names) {
		const expected = domainOf(name, config.chainId, contracts);
		const address = expected.verifyingContract;
		const answer = await readContract(client, { abi: consentRegistryAbi, address, functionName: 'eip712Domain' });
		const [, title, version, chainId, verifyingContract] = answer;
		expect({
			name: title,
			version,
			chainId: Number(chainId),
			verifyingContract: verifyingContract.toLowerCase(),
		}).toEqual(expected);
	}
});

describe.each(names)('%s', (name) => {
	test('signed by one and executed by another, it counts as the signer’s', async () => {
		const { client, relayer, done } = network;
		const { signer, effect, event } = cases[name];
		if (effect) expect(await effect.read()).toEqual(effect.before);
		// It travels as text.
		const signed = JSON.parse(JSON.stringify(await sign(name))) as SignedAction;
		expect(signed).toMatchObject({ signer: signer.address, nonce: 0, deadline });
		const { hash } = await done(relay(signed));
		if (effect) expect(await effect.read()).toEqual(effect.after);
		const events = await newest(network, signer);
		expect(events.map((each) => each.name)).toContain(event.name);
		expect(events.find((each) => each.name === event.name)).toMatchObject({ ...event, transactionHash: hash });
		expect((await getTransaction(client, { hash })).from).toBe(relayer.address);
		expect(await nonceOf(signed)).toBe(1);
	});

	test('it counts once', async () => {
		const signed = await sign(name);
		await network.done(relay(signed));
		await expect(relay(signed)).rejects.toMatchObject(wrongNonce(signed, 1));
	});

	test('its time is over the second after its deadline', async () => {
		const { now, pass } = network;
		const end = (await now()) + 10;
		const signed = await sign(name, { deadline: end });
		await pass(11);
		await expect(relay(signed)).rejects.toMatchObject(
			refused('chain.permission-over', { reason: 'PermissionExpired', deadline: end }),
		);
	});

	test('cancelled, it no longer counts', async () => {
		const { signer } = cases[name];
		const signed = await sign(name);
		await network.done(cancelPermission(signer.wallet, { registry: signed.registry }));
		expect(await newest(network, signer)).toMatchObject([
			{ name: 'PermissionCancelled', signer: signer.address, nonce: 0, address: signed.registry },
		]);
		await expect(relay(signed)).rejects.toMatchObject(wrongNonce(signed, 1));
	});

	test('with any term altered, or its signature, it is nobody’s', async () => {
		const signed = await sign(name);
		for (const [field, value] of Object.entries(signed.terms)) {
			const altered = { ...signed, terms: { ...signed.terms, [field]: other(value) } } as SignedAction;
			await expect(relay(altered), field).rejects.toMatchObject(invalid(signed));
		}
		const signature: `0x${string}` = `0x${signed.signature.slice(4, 6)}${signed.signature.slice(4)}`;
		await expect(relay({ ...signed, signature })).rejects.toMatchObject(invalid(signed));
	});

	test('for another chain or other contracts, it is not even shown to the wallet', async () => {
		const { contracts, patient, relayer, stranger } = network;
		const signed = await sign(name);
		const { wallet, prompts } = extension(network, relayer.address);
		const elsewhere = { ...contracts };
		for (const registry of ['consentRegistry', 'recordRegistry', 'patientRegistry'] as const) {
			elsewhere[registry] = stranger.address;
		}
		for (const attempt of [
			() => relayPermission(wallet, contracts, { ...signed, chainId: 1 }),
			() => relayPermission(wallet, contracts, { ...signed, registry: patient.address }),
			() => relayPermission(wallet, elsewhere, signed),
		]) {
			await expect(attempt()).rejects.toMatchObject({ name: 'AppError', code: 'chain.wrong-network' });
		}
		expect(prompts).toEqual([]);
	});
});

/** Another value of the same kind. */
function other(value: unknown): unknown {
	if (typeof value === 'number') return value + 1;
	if (Array.isArray(value)) return value.slice(1);
	const text = String(value);
	if (!text.startsWith('0x')) return `${text}x`;
	return text.length === 2 ? '0x00' : `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`;
}
