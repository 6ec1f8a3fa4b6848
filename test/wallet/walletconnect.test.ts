import { EthereumProvider } from '@walletconnect/ethereum-provider';
import { recoverTypedDataAddress, type Hex } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { zeroAddress, type ChainConfig } from '#lib/chain/index.ts';
import {
	connect,
	connected,
	createWallets,
	disconnect,
	signTyped,
	walletClient,
	type Wallets,
} from '#lib/wallet/index.ts';
import { startRelay, type Relay } from './relay.ts';

const contracts = {
	hospitalRegistry: zeroAddress,
	patientRegistry: zeroAddress,
	consentRegistry: zeroAddress,
	recordRegistry: zeroAddress,
	possessionAudit: zeroAddress,
	deployedAt: 0,
};
const chain: ChainConfig = { chainId: 31337, name: 'Test network', rpcUrls: ['http://127.0.0.1:9'], contracts };
const typedData = {
	domain: { name: 'Amana', version: '1', chainId: 31337 },
	types: { Greeting: [{ name: 'words', type: 'string' }] },
	primaryType: 'Greeting',
	message: { words: 'good morning' },
} as const;

// Each site and phone here is a program of its own; elsewhere WalletConnect shares one core in a process.
process.env.DISABLE_GLOBAL_CORE = 'true';

let relay: Relay;
let ends: (() => Promise<unknown>)[];
beforeEach(() => (ends = []));
afterEach(async () => {
	for (const end of ends.reverse()) await end().catch(() => undefined);
	await relay.stop();
});

function site(pairingTimeoutMs: number): Wallets {
	const wallets = createWallets({
		chain,
		demo: [],
		walletConnectProjectId: 'test',
		relayUrl: relay.url,
		pairingTimeoutMs,
	});
	ends.push(() => disconnect(wallets));
	return wallets;
}

/** A phone: WalletConnect's own client on the other side, which scans a code and then does as it is told. */
async function phone(privateKey: Hex, says: 'yes' | 'no') {
	const account = privateKeyToAccount(privateKey);
	const provider = await EthereumProvider.init({
		projectId: 'phone',
		optionalChains: [31337],
		showQrModal: false,
		relayUrl: relay.url,
		telemetryEnabled: false,
		customStoragePrefix: 'phone',
	});
	const { client } = provider.signer;
	ends.push(() => client.core.relayer.transportClose());
	client.on('session_proposal', ({ id }) => {
		if (says === 'no') return void client.reject({ id, reason: { code: 5000, message: 'User rejected.' } });
		const accounts = [`eip155:31337:${account.address}`];
		const methods = ['eth_sendTransaction', 'eth_signTypedData_v4', 'personal_sign', 'wallet_switchEthereumChain'];
		const events = ['accountsChanged', 'chainChanged'];
		void client.approve({ id, namespaces: { eip155: { chains: ['eip155:31337'], accounts, methods, events } } });
	});
	client.on('session_request', ({ id, topic, params }) => {
		const [, json] = params.request.params as [string, string];
		void account
			.signTypedData(JSON.parse(json) as Parameters<typeof account.signTypedData>[0])
			.then((result) => client.respond({ topic, response: { id, jsonrpc: '2.0', result } }));
	});
	return { address: account.address.toLowerCase(), scan: (uri: string) => client.pair({ uri }) };
}

describe('a wallet on a phone', () => {
	it('connects by the code that the site shows, signs, and is left', async () => {
		relay = await startRelay();
		const other = await phone(generatePrivateKey(), 'yes');
		const wallets = site(20_000);
		const connection = await connect(wallets, 'walletconnect', { onUri: (uri) => void other.scan(uri) });
		expect(connection).toMatchObject({ kind: 'walletconnect', account: other.address, chainId: 31337 });
		const signature = await signTyped(await walletClient(wallets), typedData);
		expect((await recoverTypedDataAddress({ ...typedData, signature })).toLowerCase()).toBe(other.address);
		await disconnect(wallets);
		expect(connected(wallets)).toBeNull();
	});

	it('that says no is wallet.rejected', async () => {
		relay = await startRelay();
		const other = await phone(generatePrivateKey(), 'no');
		await expect(
			connect(site(20_000), 'walletconnect', { onUri: (uri) => void other.scan(uri) }),
		).rejects.toMatchObject({ code: 'wallet.rejected' });
	});

	it('that nobody takes out of the pocket is wallet.timeout', async () => {
		relay = await startRelay();
		const codes: string[] = [];
		const wallets = site(1_500);
		const waiting = connect(wallets, 'walletconnect', { onUri: (uri) => codes.push(uri) });
		await expect(waiting).rejects.toMatchObject({ code: 'wallet.timeout' });
		expect(codes).toEqual([expect.stringMatching(/^wc:[0-9a-f]{64}@2\?/)]);
		expect(connected(wallets)).toBeNull();
	});

	it('is given up when the person cancels, and can be asked again', async () => {
		relay = await startRelay();
		const other = await phone(generatePrivateKey(), 'yes');
		const wallets = site(20_000);
		const cancelling = new AbortController();
		const cancelled = connect(wallets, 'walletconnect', { signal: cancelling.signal, onUri: () => cancelling.abort() });
		await expect(cancelled).rejects.toMatchObject({ code: 'general.cancelled' });
		const connection = await connect(wallets, 'walletconnect', { onUri: (uri) => void other.scan(uri) });
		expect(connection.account).toBe(other.address);
	});
});

describe('the relay', () => {
	it('is not asked before a person chooses it', async () => {
		relay = await startRelay();
		site(1_000);
		await new Promise((resolve) => setTimeout(resolve, 300));
		expect(relay.calls).toEqual([]);
	});

	it('that takes connections and stays silent is wallet.timeout', async () => {
		relay = await startRelay({ silent: true });
		await expect(connect(site(1_500), 'walletconnect')).rejects.toMatchObject({ code: 'wallet.timeout' });
	});

	it('that is not there is wallet.timeout', async () => {
		relay = await startRelay();
		const { url } = relay;
		await relay.stop();
		const wallets = createWallets({
			chain,
			demo: [],
			walletConnectProjectId: 'test',
			relayUrl: url,
			pairingTimeoutMs: 1_500,
		});
		await expect(connect(wallets, 'walletconnect')).rejects.toMatchObject({ code: 'wallet.timeout' });
	});
});
