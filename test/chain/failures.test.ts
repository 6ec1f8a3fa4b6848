import { createWalletClient, http } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
	addRecord,
	applyAsHospital,
	chainOf,
	connectChain,
	readHospital,
	revokeAccess,
	waitForSuccess,
	zeroAddress,
	zeroHash,
	type WalletClient,
} from '#lib/chain/index.ts';
import { recordRegistryAbi } from '#lib/chain/abi/record-registry.ts';
import { AppError } from '#lib/errors.ts';
import { extension, rpcError } from './extension.ts';
import { addOwnRecord, digest, ownRecord, refused, startNetwork, type Network } from './network.ts';
import { startRpcProxy, type Instead, type RpcProxy, type RpcRequest } from './rpc-proxy.ts';

let network: Network;
const proxies: RpcProxy[] = [];

beforeAll(async () => {
	network = await startNetwork();
});
afterEach(async () => {
	await Promise.all(proxies.splice(0).map((proxy) => proxy.stop()));
});
afterAll(() => network.node.stop());

async function proxied(instead: (request: RpcRequest) => Instead): Promise<RpcProxy> {
	const proxy = await startRpcProxy(network.node.url, instead);
	proxies.push(proxy);
	return proxy;
}

const ofStranger = (instead?: (method: string) => unknown) => extension(network, network.stranger.address, instead);
const methods = ({ prompts }: ReturnType<typeof extension>) => prompts.map(({ method }) => method);

const apply = (wallet: WalletClient) =>
	applyAsHospital(wallet, { registry: network.contracts.hospitalRegistry, profileDigest: digest('profile') });

describe('The node', () => {
	test('none behind the address: reading, sending and waiting say that it is unreachable', async () => {
		const proxy = await proxied(() => null);
		await proxy.stop();
		const config = { ...network.config, rpcUrls: [proxy.url] };
		const client = connectChain(config);
		const wallet = createWalletClient({
			account: network.stranger.wallet.account,
			chain: chainOf(config),
			transport: http(proxy.url, { retryCount: 0 }),
		});
		const hospital = { registry: network.contracts.hospitalRegistry, hospital: network.hospital.address };
		for (const attempt of [
			() => readHospital(client, hospital),
			() => apply(wallet),
			() => waitForSuccess(client, digest('transaction')),
		]) {
			await expect(attempt()).rejects.toMatchObject({ name: 'AppError', code: 'chain.unreachable' });
		}
	});

	test('the next address is asked when the first does not answer', async () => {
		const proxy = await proxied(() => ({ status: 503 }));
		const client = connectChain({ ...network.config, rpcUrls: [proxy.url, network.node.url] });
		const hospital = { registry: network.contracts.hospitalRegistry, hospital: network.hospital.address };
		expect(await readHospital(client, hospital)).toBeNull();
		expect(proxy.requests.length).toBeGreaterThan(0);
	});

	test('no contract at the address', async () => {
		const { client, hospital, stranger } = network;
		const registry = stranger.address;
		await expect(readHospital(client, { registry, hospital: hospital.address })).rejects.toMatchObject({
			code: 'chain.no-network',
		});
	});
});

describe('The wallet', () => {
	test('is asked once for an action', async () => {
		const asked = ofStranger();
		await network.done(addRecord(asked.wallet, ownRecord(network, network.stranger, 'once')));
		expect(methods(asked)).toEqual(['eth_sendTransaction']);
	});

	test('is never asked for what the contract refuses', async () => {
		const { wallet, prompts } = ofStranger();
		const { contracts, patient, stranger } = network;
		await expect(
			revokeAccess(wallet, {
				registry: contracts.consentRegistry,
				grantee: patient.address,
				keysDigest: digest('keys'),
			}),
		).rejects.toMatchObject(
			refused('records.no-grant', { reason: 'NoGrant', patient: stranger.address, grantee: patient.address }),
		);
		expect(prompts).toEqual([]);
	});

	test('on another chain, it is told so and asked nothing', async () => {
		const { wallet, prompts } = ofStranger((method) => (method === 'eth_chainId' ? '0x1' : undefined));
		await expect(apply(wallet)).rejects.toMatchObject({
			code: 'chain.wrong-network',
			details: { expected: 31337, actual: 1 },
		});
		expect(prompts).toEqual([]);
	});

	test('each way of saying no is a rejection', async () => {
		for (const code of [4001, 5000]) {
			const { wallet } = ofStranger((method) =>
				method === 'eth_sendTransaction' ? rpcError(code, 'User rejected the request.') : undefined,
			);
			await expect(apply(wallet)).rejects.toMatchObject({ code: 'wallet.rejected' });
		}
	});

	test('cut off from its chain, it is unreachable', async () => {
		for (const code of [4900, 4901]) {
			const { wallet } = ofStranger(() => rpcError(code, 'Disconnected.'));
			await expect(apply(wallet)).rejects.toMatchObject({ code: 'chain.unreachable' });
		}
	});

	test('an AppError of its own comes through as it is', async () => {
		const changed = new AppError('wallet.changed', 'The account was switched.');
		const { wallet } = ofStranger(() => changed);
		await expect(apply(wallet)).rejects.toBe(changed);
	});

	test('without an account or a chain it is refused at once', async () => {
		const { config, node, stranger } = network;
		const transport = http(node.url);
		await expect(apply(createWalletClient({ chain: chainOf(config), transport }))).rejects.toMatchObject({
			code: 'wallet.none',
		});
		await expect(apply(createWalletClient({ account: stranger.address, transport }))).rejects.toMatchObject({
			code: 'chain.no-network',
		});
	});

	test('without money for gas', async () => {
		const { config, node } = network;
		const account = privateKeyToAccount(generatePrivateKey());
		const wallet = createWalletClient({ account, chain: chainOf(config), transport: http(node.url) });
		await expect(apply(wallet)).rejects.toMatchObject({ code: 'chain.out-of-funds' });
	});

	test('what nobody foresaw is an AppError too', async () => {
		const { wallet } = ofStranger((method) =>
			method === 'eth_sendTransaction' ? rpcError(-32603, 'Something in the wallet.') : undefined,
		);
		await expect(apply(wallet)).rejects.toMatchObject({ name: 'AppError', code: 'general.unexpected' });
	});
});

describe('A transaction on its way', () => {
	const setAutomine = (on: boolean) =>
		network.client.request({ method: 'evm_setAutomine' as never, params: [on] as never });

	test('that fails in its block, though it was sent, is refused', async () => {
		const { client, contracts, patient, mine, done } = network;
		await done(addOwnRecord(network, patient, 'twice'));
		const { headerDigest, auditRoot } = ownRecord(network, patient, 'twice');
		await setAutomine(false);
		const hash = await patient.wallet.writeContract({
			abi: recordRegistryAbi,
			address: contracts.recordRegistry,
			functionName: 'addRecord',
			args: [patient.address, zeroAddress, { headerDigest, auditRoot: auditRoot ?? zeroHash }, 0],
			gas: 300_000n, // so that nothing is estimated
		});
		await setAutomine(true);
		await mine(1);
		await expect(waitForSuccess(client, hash)).rejects.toMatchObject({ code: 'chain.refused', details: { hash } });
	});

	test('that the person cancels in the wallet counts as rejected', async () => {
		const { client, patient, mine } = network;
		await setAutomine(false);
		try {
			const hash = await addOwnRecord(network, patient, 'cancelled');
			const waiting = waitForSuccess(client, hash);
			const outcome = expect(waiting).rejects.toMatchObject({ code: 'wallet.rejected' });
			const transaction = await client.request({ method: 'eth_getTransactionByHash', params: [hash] });
			const nonce = Number(transaction?.nonce);
			// Let it be seen waiting before it is replaced.
			await new Promise((done) => setTimeout(done, 3 * client.pollingInterval));
			await patient.wallet.sendTransaction({
				to: patient.address,
				value: 0n,
				nonce,
				maxFeePerGas: 10n ** 12n,
				maxPriorityFeePerGas: 10n ** 11n,
			});
			await mine(1);
			await outcome;
		} finally {
			await setAutomine(true);
		}
	});

	test('can be waited for no longer', async () => {
		const { client, patient, mine } = network;
		await setAutomine(false);
		try {
			const hash = await addOwnRecord(network, patient, 'not awaited');
			const stop = new AbortController();
			setTimeout(() => stop.abort(), 100);
			await expect(waitForSuccess(client, hash, { signal: stop.signal })).rejects.toMatchObject({
				code: 'general.cancelled',
			});
			await mine(1);
		} finally {
			await setAutomine(true);
		}
	});

	test('has a receipt with its block and gas', async () => {
		const { client, patient } = network;
		const hash = await addOwnRecord(network, patient, 'receipt');
		const receipt = await waitForSuccess(client, hash);
		expect(receipt.hash).toBe(hash);
		expect(receipt.gasUsed).toBeGreaterThan(50_000);
		expect(receipt.blockNumber).toBe(Number(await client.request({ method: 'eth_blockNumber' })));
	});
});
