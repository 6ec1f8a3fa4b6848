import { recoverTypedDataAddress, type Hex } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { getTransactionReceipt, sendTransaction } from 'viem/actions';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectChain, zeroAddress, type ChainConfig } from '#lib/chain/index.ts';
import {
	connect,
	connected,
	createWallets,
	demoWalletId,
	disconnect,
	ensureChain,
	listWallets,
	reconnect,
	signTyped,
	walletClient,
	watchAccount,
	watchWallets,
	type DemoAccount,
	type Wallets,
} from '#lib/wallet/index.ts';
import { startChainNode, type ChainNode } from '../../scripts/network/chain-node.ts';
import { openPage, type TestPage } from './page.ts';
import { ScriptedWallet, type ScriptedWalletOptions } from './scripted-wallet.ts';

const typedData = {
	domain: { name: 'Amana', version: '1', chainId: 31337 },
	types: { Greeting: [{ name: 'words', type: 'string' }] },
	primaryType: 'Greeting',
	message: { words: 'good morning' },
} as const;

let node: ChainNode;
let chain: ChainConfig;
let keys: [Hex, Hex];
let demo: DemoAccount[];
let page: TestPage;

beforeAll(async () => {
	node = await startChainNode();
	const registries = { hospitalRegistry: zeroAddress, patientRegistry: zeroAddress };
	const contracts = {
		...registries,
		consentRegistry: zeroAddress,
		recordRegistry: zeroAddress,
		possessionAudit: zeroAddress,
		deployedAt: 0,
	};
	chain = { chainId: node.chainId, name: 'Test network', rpcUrls: [node.url], contracts };
	const [first, second] = node.accounts.map((account) => account.getHdKey().privateKey);
	keys = [`0x${Buffer.from(first!).toString('hex')}`, `0x${Buffer.from(second!).toString('hex')}`];
	demo = keys.map((privateKey, index) => ({
		address: privateKeyToAccount(privateKey).address.toLowerCase() as Hex,
		privateKey,
		name: `Person ${index}`,
		role: 'patient' as const,
	}));
});
afterAll(() => node.stop());
beforeEach(() => (page = openPage()));
afterEach(() => page.close());

const make = (options: Partial<Parameters<typeof createWallets>[0]> = {}): Wallets =>
	createWallets({ chain, demo: [], walletConnectProjectId: null, ...options });

const extension = (options: Partial<ScriptedWalletOptions> = {}) =>
	new ScriptedWallet({ privateKeys: keys, rpcUrl: node.url, chainId: node.chainId, ...options });

/** A page with one extension, connected. */
async function connectedExtension(options: Partial<ScriptedWalletOptions> = {}) {
	const wallet = extension(options);
	page.announce(wallet);
	const wallets = make();
	const connecting = connect(wallets, 'example.test-wallet');
	if (!options.approvesAll) await wallet.approveConnection();
	return { wallet, wallets, connection: await connecting };
}

describe('the choices', () => {
	it('are none in a browser without a wallet', () => {
		expect(listWallets(make())).toEqual([]);
	});

	it('have the demo people where there are any, each with role and address', () => {
		expect(listWallets(make({ demo }))).toEqual(
			demo.map(({ name, address, role }) => ({
				id: demoWalletId(address),
				kind: 'demo',
				name,
				icon: null,
				demo: { address, role },
			})),
		);
	});

	it('have WalletConnect only with a project id', () => {
		expect(listWallets(make({ walletConnectProjectId: 'id' })).map(({ kind }) => kind)).toEqual(['walletconnect']);
	});

	it('have an extension that announces itself, also one that does so later', async () => {
		const wallets = make();
		const seen: string[][] = [];
		const stop = watchWallets(wallets, (choices) => seen.push(choices.map(({ name }) => name)));
		await new Promise((resolve) => setTimeout(resolve));
		page.announce(extension({ name: 'Late Wallet' }));
		await expect.poll(() => seen).toEqual([['Late Wallet']]);
		stop();
		page.announce(extension({ name: 'Too late' }), { rdns: 'example.other' });
		await expect.poll(() => listWallets(wallets)).toHaveLength(2);
		expect(seen).toHaveLength(1);
	});

	it('have an extension that only sets window.ethereum, unless another announces itself', () => {
		page.setEthereum(extension());
		expect(listWallets(make())).toMatchObject([{ id: 'injected', kind: 'injected' }]);
		page.announce(extension());
		expect(listWallets(make()).map(({ id }) => id)).toEqual(['example.test-wallet']);
	});

	it('show no icon that would be fetched from a server', () => {
		page.announce(extension(), { icon: 'https://tracker.example/icon.png' });
		expect(listWallets(make())).toMatchObject([{ icon: null }]);
	});
});

describe('connecting', () => {
	it('gives the account in lower case, and the chain', async () => {
		const { connection, wallet } = await connectedExtension();
		expect(connection).toEqual({
			walletId: 'example.test-wallet',
			kind: 'injected',
			name: 'Test Wallet',
			account: demo[0]!.address,
			chainId: 31337,
		});
		expect(wallet.asked).toEqual(['wallet_requestPermissions']);
	});

	it('is refused by the person: wallet.rejected, and may be tried again', async () => {
		const wallet = extension();
		page.announce(wallet);
		const wallets = make();
		const refused = expect(connect(wallets, 'example.test-wallet')).rejects.toMatchObject({ code: 'wallet.rejected' });
		await wallet.rejectConnection();
		await refused;
		expect(connected(wallets)).toBeNull();
		const again = connect(wallets, 'example.test-wallet');
		await wallet.approveConnection();
		expect((await again).account).toBe(demo[0]!.address);
	});

	it('to a wallet that is not there is wallet.none', async () => {
		await expect(connect(make(), 'example.nobody')).rejects.toMatchObject({ code: 'wallet.none' });
	});

	it('to another wallet leaves the first', async () => {
		const wallets = make({ demo });
		await connect(wallets, demoWalletId(demo[0]!.address));
		await connect(wallets, demoWalletId(demo[1]!.address));
		expect(connected(wallets)?.account).toBe(demo[1]!.address);
		expect(wallets.config.state.connections.size).toBe(1);
	});

	it('is taken up again after a reload without a question, and not after leaving', async () => {
		const { wallet, wallets } = await connectedExtension();
		const reloaded = make();
		expect((await reconnect(reloaded, 'example.test-wallet'))?.account).toBe(demo[0]!.address);
		expect(wallet.asked).toHaveLength(1);
		await disconnect(reloaded);
		await disconnect(wallets);
		expect(await reconnect(make(), 'example.test-wallet')).toBeNull();
	});

	it('is not taken up again with a wallet that has gone', async () => {
		expect(await reconnect(make(), 'example.test-wallet')).toBeNull();
	});

	it('stores nothing but which wallet it was', async () => {
		await connectedExtension({ approvesAll: true });
		const kept = [...page.storage.values()].join();
		for (const key of keys) expect(kept).not.toContain(key.slice(2));
		expect(kept).not.toContain(demo[0]!.address.slice(2));
	});
});

describe('signing', () => {
	it('is the same each time, and by the account', async () => {
		const wallets = make({ demo });
		await connect(wallets, demoWalletId(demo[0]!.address));
		const client = await walletClient(wallets);
		const signature = await signTyped(client, typedData);
		expect(await signTyped(client, typedData)).toBe(signature);
		const signer = await recoverTypedDataAddress({ ...typedData, signature });
		expect(signer.toLowerCase()).toBe(demo[0]!.address);
	});

	it('is refused by the person: wallet.rejected', async () => {
		const { wallet, wallets } = await connectedExtension();
		const refused = expect(signTyped(await walletClient(wallets), typedData)).rejects.toMatchObject({
			code: 'wallet.rejected',
		});
		await wallet.rejectSignature();
		await refused;
	});

	it('as an account that is no longer the connected one is wallet.changed, without a question', async () => {
		const { wallet, wallets } = await connectedExtension();
		const client = await walletClient(wallets);
		await wallet.chooseAccount(1);
		await expect(signTyped(client, typedData)).rejects.toMatchObject({ code: 'wallet.changed' });
		expect(wallet.asked).toHaveLength(1);
	});

	it('that arrives after the account was switched is dropped', async () => {
		const { wallet, wallets } = await connectedExtension();
		const late = expect(signTyped(await walletClient(wallets), typedData)).rejects.toMatchObject({
			code: 'wallet.changed',
		});
		await expect.poll(() => wallet.waiting).toEqual(['signature']);
		await wallet.chooseAccount(1);
		await wallet.approveSignature();
		await late;
	});

	it('without a connection is wallet.none', async () => {
		await expect(walletClient(make())).rejects.toMatchObject({ code: 'wallet.none' });
	});
});

describe('sending', () => {
	it.each(['demo', 'extension'])('a transaction with the %s wallet reaches a block', async (kind) => {
		const wallets = kind === 'demo' ? make({ demo }) : (await connectedExtension({ approvesAll: true })).wallets;
		if (kind === 'demo') await connect(wallets, demoWalletId(demo[0]!.address));
		const client = await walletClient(wallets);
		const to = privateKeyToAccount(generatePrivateKey()).address;
		const hash = await sendTransaction(client, { account: client.account!, chain: client.chain!, to, value: 5n });
		await expect.poll(async () => (await getTransactionReceipt(connectChain(chain), { hash })).status).toBe('success');
	});
});

describe('what the person does in the wallet', () => {
	it('is told: another account, another chain, no account; and no longer after switching off', async () => {
		const { wallet, wallets } = await connectedExtension();
		const seen: (string | null)[] = [];
		const stop = watchAccount(wallets, (now) => seen.push(now && `${now.account} on ${now.chainId}`));
		await wallet.chooseAccount(1);
		await wallet.chooseNetwork(5);
		await wallet.forgetSite();
		await expect.poll(() => seen.length).toBe(3);
		stop();
		expect(seen).toEqual([`${demo[1]!.address} on 31337`, `${demo[1]!.address} on 5`, null]);
	});
});

describe('the network', () => {
	it('is not asked about when it is right', async () => {
		const { wallet, wallets } = await connectedExtension();
		await ensureChain(wallets);
		expect(wallet.asked).toHaveLength(1);
	});

	it('is changed to with one question where the wallet knows it', async () => {
		const { wallet, wallets } = await connectedExtension({ chainId: 1, knownChains: [1, 31337] });
		const changing = ensureChain(wallets);
		await wallet.approveNetwork();
		await changing;
		expect(connected(wallets)?.chainId).toBe(31337);
		expect(wallet.asked.slice(1)).toEqual(['wallet_switchEthereumChain']);
	});

	it('is added where the wallet does not know it', async () => {
		const { wallet, wallets } = await connectedExtension({ chainId: 1 });
		const changing = ensureChain(wallets);
		await wallet.approveNetwork();
		await changing;
		expect(connected(wallets)?.chainId).toBe(31337);
		expect(wallet.asked.slice(1)).toEqual(['wallet_addEthereumChain']);
	});

	it.each([[[1, 31337]], [[1]]])('stays when the person says no (known chains %j)', async (knownChains) => {
		const { wallet, wallets } = await connectedExtension({ chainId: 1, knownChains });
		const refused = expect(ensureChain(wallets)).rejects.toMatchObject({ code: 'wallet.rejected' });
		await wallet.rejectNetwork();
		await refused;
		expect(connected(wallets)?.chainId).toBe(1);
	});
});
