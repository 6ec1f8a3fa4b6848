import { createWalletClient, custom, defineChain, http } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
	cancelPermission,
	chainOf,
	readNonce,
	relayPermission,
	revokeAccess,
	revokeAccessMessage,
	signPermission,
	type MessageName,
	type SignedAction,
	type WalletClient,
} from '#lib/chain/index.ts';
import { permissionCases, prepare, type PermissionCase } from './permission-cases.ts';
import { day, refused, startNetwork, type Network } from './network.ts';
import { extension, rpcError } from './extension.ts';

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

describe('Who signs', () => {
	test('is asked once, for a signature over each of the terms, and pays nothing', async () => {
		const { client, patient } = network;
		const { wallet, prompts } = extension(network, patient.address);
		const balance = () => client.request({ method: 'eth_getBalance', params: [patient.address, 'latest'] });
		const before = await balance();
		const signed = await sign('ShareRecords', { wallet });
		expect(prompts.map(({ method }) => method)).toEqual(['eth_signTypedData_v4']);
		const [, text] = prompts[0]?.params as [string, string];
		expect(JSON.parse(text)).toMatchObject({
			domain: { name: 'Amana consent', version: '1', chainId: 31337, verifyingContract: signed.registry },
			primaryType: 'ShareRecords',
			message: { patient: patient.address, ...signed.terms, nonce: 0, deadline },
		});
		// What an extension signs is what a key on this machine signs.
		expect(signed).toEqual(await sign('ShareRecords'));
		await network.done(relay(signed));
		expect(await balance()).toBe(before);
	});

	test('may say no', async () => {
		for (const code of [4001, 5000]) {
			const { wallet } = extension(network, network.patient.address, (method) =>
				method === 'eth_signTypedData_v4' ? rpcError(code, 'User rejected.') : undefined,
			);
			await expect(sign('ShareRecords', { wallet })).rejects.toMatchObject({ code: 'wallet.rejected' });
		}
	});

	test('on another chain is told so, and asked nothing', async () => {
		const { wallet, prompts } = extension(network, network.patient.address, (method) =>
			method === 'eth_chainId' ? '0x1' : undefined,
		);
		await expect(sign('ShareRecords', { wallet })).rejects.toMatchObject({
			code: 'chain.wrong-network',
			details: { expected: 31337, actual: 1 },
		});
		expect(prompts).toEqual([]);
	});

	test('needs an account and a chain', async () => {
		const { config, node, patient } = network;
		const transport = http(node.url);
		const nobody = createWalletClient({ chain: chainOf(config), transport });
		await expect(sign('ShareRecords', { wallet: nobody })).rejects.toMatchObject({ code: 'wallet.none' });
		const nowhere = createWalletClient({ account: patient.address, transport });
		await expect(sign('ShareRecords', { wallet: nowhere })).rejects.toMatchObject({ code: 'chain.no-network' });
	});

	test('has a turn at each registry, whatever the others have seen', async () => {
		const { contracts, patient, done } = network;
		await done(cancelPermission(patient.wallet, { registry: contracts.consentRegistry }));
		const [consent, record, keys] = await Promise.all([
			sign('StopAllSharing'),
			sign('EraseRecord'),
			sign('PublishKeys'),
		]);
		expect([consent.nonce, record.nonce, keys.nonce]).toEqual([1, 0, 0]);
		for (const signed of [keys, record, consent]) await done(relay(signed));
	});

	test('may execute it too', async () => {
		const signed = await sign('StopSharing');
		await network.done(relay(signed, network.patient.wallet));
		expect(await nonceOf(signed)).toBe(1);
	});

	test('and what is done meanwhile by transaction takes no turn', async () => {
		const { contracts, patient, doctor, done } = network;
		const signed = await sign('AddRecord');
		const registry = contracts.consentRegistry;
		await done(revokeAccess(patient.wallet, { registry, grantee: doctor.address, keysDigest: null }));
		// The new epoch, not the turn, is what stands against it.
		await expect(relay(signed)).rejects.toMatchObject(
			refused('records.stale-epoch', { reason: 'StaleEpoch', given: 0, current: 1 }),
		);
		expect(await nonceOf(signed)).toBe(0);
	});
});

describe('Who executes', () => {
	test('without money for gas cannot, and the permission still counts', async () => {
		const { config, node, done } = network;
		const account = privateKeyToAccount(generatePrivateKey());
		const poor = createWalletClient({ account, chain: chainOf(config), transport: http(node.url) });
		const signed = await sign('ShareRecords');
		await expect(relay(signed, poor)).rejects.toMatchObject({ code: 'chain.out-of-funds' });
		await done(relay(signed));
	});

	test('on another chain is told so, and asked nothing', async () => {
		const signed = await sign('ShareRecords');
		const { wallet, prompts } = extension(network, network.relayer.address, (method) =>
			method === 'eth_chainId' ? '0x1' : undefined,
		);
		await expect(relay(signed, wallet)).rejects.toMatchObject({
			code: 'chain.wrong-network',
			details: { expected: 31337, actual: 1 },
		});
		const chain = defineChain({ ...chainOf(network.config), id: 1 });
		const configured = createWalletClient({ account: network.relayer.address, chain, transport: custom(wallet) });
		await expect(relay(signed, configured)).rejects.toMatchObject({
			code: 'chain.wrong-network',
			details: { expected: 31337, actual: 1 },
		});
		expect(prompts).toEqual([]);
	});

	test('is never asked by the wallet for what the action is refused for', async () => {
		const { client, contracts, patient, stranger, relayer } = network;
		const message = revokeAccessMessage({
			registry: contracts.consentRegistry,
			grantee: stranger.address,
			keysDigest: null,
		});
		const signed = await signPermission(patient.wallet, client, { contracts, message, deadline });
		const { wallet, prompts } = extension(network, relayer.address);
		await expect(relay(signed, wallet)).rejects.toMatchObject(
			refused('records.no-grant', { reason: 'NoGrant', patient: patient.address, grantee: stranger.address }),
		);
		expect(prompts).toEqual([]);
	});

	test('cannot pass one message off as another, though the terms are alike', async () => {
		const signed = await sign('DeliverKeys');
		await expect(relay({ ...signed, name: 'StopSharing' })).rejects.toMatchObject(invalid(signed));
		for (const name of ['StopAllSharing', 'ShareRecords'] as const) {
			await expect(relay({ ...signed, name })).rejects.toMatchObject({ code: 'chain.permission-invalid' });
		}
	});

	test('cannot take another’s turn: permissions of one signer count in order', async () => {
		const { patient, doctor } = network;
		const signed = await sign('ConfirmReading');
		const terms = { ...signed.terms, patient: doctor.address };
		const others = { ...signed, signer: patient.address, terms };
		await expect(relay(others)).rejects.toMatchObject(invalid(others));
		const later = { ...signed, nonce: 1 };
		await expect(relay(later)).rejects.toMatchObject(wrongNonce(later, 0));
	});
});
