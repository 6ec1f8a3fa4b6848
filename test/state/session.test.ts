import { bytesToHex, parseEther, type Hex } from 'viem';
import { generatePrivateKey, mnemonicToAccount, privateKeyToAccount } from 'viem/accounts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#lib/errors.ts';
import type { Address, SiteConfig } from '#lib/records/index.ts';
import { Session } from '#lib/state/session.svelte.ts';
import { firstVisit } from '../../scripts/demo/person.ts';
import { startWorld, type World } from '../records/world.ts';
import { openPage, type TestPage } from '../wallet/page.ts';
import { ScriptedWallet, type ScriptedWalletOptions } from '../wallet/scripted-wallet.ts';
import { newTab, partsOf, type Tab } from './parts.ts';

const walletId = 'example.test-wallet';
const answers = { displayName: 'Mariam Al-Khatib', language: 'ar' as const, asPatient: true };

let world: World;
let config: SiteConfig;
let page: TestPage;
let tab: Tab;
/** Of someone who was here before. */
let known: Hex;

beforeAll(async () => {
	world = await startWorld();
	config = { chain: world.chain, clouds: [...world.clouds], demo: null, walletConnectProjectId: null, local: true };
	known = await fundedKey();
	await firstVisit(world, { account: privateKeyToAccount(known), displayName: 'Yusuf', asPatient: true });
});
afterAll(() => world.stop());
beforeEach(() => {
	page = openPage();
	tab = newTab();
});
afterEach(() => page.close());

async function fundedKey(): Promise<Hex> {
	const key = generatePrivateKey();
	await world.chainControl.setBalance({ address: privateKeyToAccount(key).address, value: parseEther('1') });
	return key;
}

/** The node's second account, which the test network made its registrar. */
function registrarKey(): Hex {
	const words = 'test test test test test test test test test test test junk';
	const { privateKey } = mnemonicToAccount(words, { addressIndex: 1 }).getHdKey();
	if (!privateKey) throw new Error('no key');
	return bytesToHex(privateKey);
}

const addressOf = (key: Hex) => privateKeyToAccount(key).address.toLowerCase() as Address;

/** An extension in the page. */
function extension(privateKeys: Hex[], options: Partial<ScriptedWalletOptions> = {}): ScriptedWallet {
	const rpcUrl = world.chain.rpcUrls[0] ?? '';
	const wallet = new ScriptedWallet({ privateKeys, rpcUrl, chainId: world.chain.chainId, ...options });
	page.announce(wallet);
	return wallet;
}

const open = (site: Partial<SiteConfig> = {}) =>
	new Session(partsOf(tab, () => Promise.resolve({ ...config, ...site })));

/** Connected, as far as that gets without an answer to anything else. */
async function connected(privateKeys: Hex[], options: Partial<ScriptedWalletOptions> = {}) {
	const wallet = extension(privateKeys, options);
	const session = open();
	const connecting = session.connect(walletId);
	if (!options.approvesAll) await wallet.approveConnection();
	await connecting;
	return { wallet, session };
}

/** Signed in as the one who was here before. */
async function ready(privateKeys: Hex[] = [known], options: Partial<ScriptedWalletOptions> = {}) {
	const { wallet, session } = await connected(privateKeys, options);
	const unlocking = session.unlock();
	if (!options.approvesAll) await wallet.approveSignature();
	await unlocking;
	return { wallet, session };
}

describe('before connecting', () => {
	it('a session of a site without a network says so', async () => {
		const refused = new AppError('chain.no-network', 'none');
		const session = new Session(partsOf(tab, () => Promise.reject(refused)));
		await session.start();
		expect(session).toMatchObject({ status: 'no-network', error: refused, deps: null });
	});

	it('a configuration that could not be fetched is fetched again when asked', async () => {
		let online = false;
		const offline = new AppError('general.offline', 'no answer');
		const session = new Session(partsOf(tab, () => (online ? Promise.resolve(config) : Promise.reject(offline))));
		await session.start();
		expect(session.status).toBe('unreachable');
		online = true;
		await session.goOn();
		expect(session.status).toBe('visitor');
	});

	it('a visitor has no account and may not work', async () => {
		const session = open();
		await session.start();
		expect(session).toMatchObject({ status: 'visitor', account: null, role: null, roles: [], displayName: '' });
		expect(() => session.need()).toThrow(expect.objectContaining({ code: 'wallet.locked' }) as Error);
	});

	it('demo people are only there on a local network', async () => {
		const person = { address: addressOf(known), privateKey: known, name: 'Yusuf', role: 'patient' as const };
		const session = open({ local: false, demo: { accounts: [person] } });
		await session.start();
		expect(session.demoPeople).toEqual([]);
		expect(session.wallets).toEqual([]);
	});
});

describe('connecting', () => {
	it('that the person refuses leaves a visitor, with the reason', async () => {
		const wallet = extension([known]);
		const session = open();
		const connecting = session.connect(walletId);
		await wallet.rejectConnection();
		await connecting;
		expect(session).toMatchObject({ status: 'visitor', error: { code: 'wallet.rejected' }, account: null });
	});

	it('that is cancelled leaves a visitor, and a late yes changes nothing', async () => {
		const wallet = extension([known]);
		const session = open();
		const connecting = session.connect(walletId);
		await expect.poll(() => wallet.waiting).toEqual(['connection']);
		session.cancelConnect();
		await wallet.approveConnection();
		await connecting;
		expect(session).toMatchObject({ status: 'visitor', account: null, error: null });
	});

	it('on another network stops there, and goes on when the wallet has changed', async () => {
		const { wallet, session } = await connected([known], { chainId: 1 });
		expect(session.status).toBe('wrong-network');
		const refusing = session.changeNetwork();
		await wallet.rejectNetwork();
		await refusing;
		expect(session).toMatchObject({ status: 'wrong-network', error: { code: 'wallet.rejected' } });
		const changing = session.changeNetwork();
		await wallet.approveNetwork();
		await changing;
		expect(session.status).toBe('locked');
	});

	it('when the chain does not answer says so', async () => {
		extension([known], { approvesAll: true });
		const session = open({ chain: { ...config.chain, rpcUrls: ['http://127.0.0.1:9'] } });
		await session.connect(walletId);
		expect(session).toMatchObject({ status: 'unreachable', error: { code: 'chain.unreachable' } });
	});
});

describe('the first visit', () => {
	it('makes keys with two signatures, registers with one transaction, and is ready', async () => {
		const { wallet, session } = await connected([await fundedKey()]);
		expect(session.status).toBe('first-visit');
		const making = session.createKeyring({ ...answers, clouds: config.clouds });
		await wallet.approveSignature();
		await wallet.approveSignature();
		await making;
		expect(session).toMatchObject({ status: 'first-visit', hasPreparedKeys: true, error: null, deps: null });
		const registering = session.register();
		await wallet.approveTransaction();
		await registering;
		expect(session).toMatchObject({ status: 'ready', role: 'patient', displayName: 'Mariam Al-Khatib', work: null });
		expect(session.settings?.language).toBe('ar');
		expect(wallet.asked).toHaveLength(4);
	});

	it('keeps the keys when the transaction is refused, and registers without signing again', async () => {
		const { wallet, session } = await connected([await fundedKey()]);
		const making = session.createKeyring({ ...answers, clouds: config.clouds });
		await wallet.approveSignature();
		await wallet.approveSignature();
		await making;
		const refused = session.register();
		await wallet.rejectTransaction();
		await refused;
		expect(session).toMatchObject({ status: 'first-visit', hasPreparedKeys: true, error: { code: 'wallet.rejected' } });
		const registering = session.register();
		await wallet.approveTransaction();
		await registering;
		expect(session.status).toBe('ready');
		expect(wallet.asked.filter((method) => method === 'eth_signTypedData_v4')).toHaveLength(2);
	});

	it.each([[{ unpredictable: true }], [{ contract: true }]])(
		'refuses a wallet that could not open them again: %j',
		async (kind) => {
			const { session } = await connected([await fundedKey()], { ...kind, approvesAll: true });
			await session.createKeyring({ ...answers, clouds: config.clouds });
			expect(session).toMatchObject({
				status: 'first-visit',
				hasPreparedKeys: false,
				error: { code: 'wallet.unpredictable' },
			});
		},
	);

	it('without a place that others can read is refused before the wallet is asked', async () => {
		const { wallet, session } = await connected([await fundedKey()], { approvesAll: true });
		await session.createKeyring({ ...answers, clouds: [] });
		expect(session.error?.code).toMatch(/^(storage\.no-clouds|records\.invalid-input)$/);
		expect(wallet.asked).toHaveLength(1);
	});

	it('cannot register before there are keys', async () => {
		const { session } = await connected([await fundedKey()], { approvesAll: true });
		await session.register();
		expect(session).toMatchObject({ status: 'first-visit', error: { code: 'wallet.locked' } });
	});

	it('of a clinician ends with keys and no role', async () => {
		const { session } = await connected([await fundedKey()], { approvesAll: true });
		await session.createKeyring({ ...answers, asPatient: false, clouds: config.clouds });
		await session.register();
		expect(session).toMatchObject({ status: 'ready', role: null, roles: [] });
	});
});

describe('a later visit', () => {
	it('opens with one signature', async () => {
		const { wallet, session } = await ready();
		expect(session).toMatchObject({
			status: 'ready',
			role: 'patient',
			displayName: 'Yusuf',
			account: addressOf(known),
		});
		expect(wallet.asked).toEqual(['wallet_requestPermissions', 'eth_signTypedData_v4']);
	});

	it('stays locked when the signature is refused, and opens at the next', async () => {
		const { wallet, session } = await connected([known]);
		const refused = session.unlock();
		await wallet.rejectSignature();
		await refused;
		expect(session).toMatchObject({ status: 'locked', error: { code: 'wallet.rejected' }, work: null, deps: null });
		const unlocking = session.unlock();
		await wallet.approveSignature();
		await unlocking;
		expect(session).toMatchObject({ status: 'ready', error: null });
	});

	it('asks once even when the button is pressed twice', async () => {
		const { wallet, session } = await connected([known]);
		const both = [session.unlock(), session.unlock()];
		await wallet.approveSignature();
		await Promise.all(both);
		expect(wallet.asked).toHaveLength(2);
		expect(session.status).toBe('ready');
	});

	it('after a reload of the tab asks nothing', async () => {
		const { wallet } = await ready();
		const reloaded = open();
		await reloaded.start();
		expect(reloaded).toMatchObject({ status: 'ready', displayName: 'Yusuf' });
		expect(wallet.asked).toHaveLength(2);
	});

	it('after leaving forgets the wallet, the keys and the tab', async () => {
		const { session } = await ready();
		const identity = session.need().identity;
		await session.lockAndLeave();
		expect(session).toMatchObject({ status: 'visitor', account: null, deps: null, role: null });
		expect(tab.roots.size).toBe(0);
		expect(tab.remembered.size).toBe(0);
		expect(identity?.root.every((byte) => byte === 0)).toBe(true);
		const reloaded = open();
		await reloaded.start();
		expect(reloaded.status).toBe('visitor');
	});

	it('is locked again when what the tab kept is not of this keyring', async () => {
		await ready();
		tab.roots.set(addressOf(known), new Uint8Array(32));
		const reloaded = open();
		await reloaded.start();
		expect(reloaded.status).toBe('locked');
	});
});

describe('what the person does in the wallet meanwhile', () => {
	it('switching the account ends the session: work is aborted, keys overwritten, nothing kept', async () => {
		const other = await fundedKey();
		const { wallet, session } = await ready([known, other]);
		const { signal } = session;
		const { identity, wallet: client } = session.need();
		let told = 0;
		session.onEnd(() => told++);
		await wallet.chooseAccount(1);
		expect(session).toMatchObject({ status: 'changed', nextAccount: addressOf(other), deps: null, account: null });
		expect(signal.aborted).toBe(true);
		expect(told).toBe(1);
		expect(identity?.keys.localKey.every((byte) => byte === 0)).toBe(true);
		expect(client).not.toBeNull();
		await expect.poll(() => tab.roots.size).toBe(0);
		await session.goOn();
		expect(session).toMatchObject({ status: 'first-visit', account: addressOf(other) });
	});

	it('switching the account while the keys are made drops them', async () => {
		const { wallet, session } = await connected([await fundedKey(), await fundedKey()]);
		const making = session.createKeyring({ ...answers, clouds: config.clouds });
		await wallet.approveSignature();
		await expect.poll(() => wallet.waiting).toEqual(['signature']);
		await wallet.chooseAccount(1);
		await wallet.approveSignature();
		await making;
		expect(session).toMatchObject({ status: 'changed', hasPreparedKeys: false, work: null });
	});

	it('switching while the unlocking signature waits does not unlock', async () => {
		const { wallet, session } = await connected([known, await fundedKey()]);
		const unlocking = session.unlock();
		await expect.poll(() => wallet.waiting).toEqual(['signature']);
		await wallet.chooseAccount(1);
		await wallet.approveSignature();
		await unlocking;
		expect(session).toMatchObject({ status: 'changed', deps: null });
	});

	it('locking the wallet ends the session, with no account to go on with', async () => {
		const { wallet, session } = await ready();
		await wallet.forgetSite();
		await expect.poll(() => session.status).toBe('changed');
		expect(session.nextAccount).toBeNull();
		await session.goOn();
		expect(session.status).toBe('visitor');
	});

	it('another network keeps all that was open, until it is changed back', async () => {
		const { wallet, session } = await ready();
		const deps = session.need();
		await wallet.chooseNetwork(1);
		expect(session.status).toBe('wrong-network');
		expect(session.deps).toBe(deps);
		await wallet.chooseNetwork(world.chain.chainId);
		expect(session.status).toBe('ready');
		expect(session.deps).toBe(deps);
	});
});

describe('roles', () => {
	it("the registrar needs no keys, and has the registrar's role", async () => {
		const { session } = await connected([registrarKey()], { approvesAll: true });
		expect(session).toMatchObject({ status: 'ready', role: 'registrar', settings: null });
	});

	it('a member is a clinician of the hospital; a role that one does not have cannot be taken', async () => {
		const hospital = await world.hospital('Al-Noor');
		const key = await fundedKey();
		const { deps } = await firstVisit(world, {
			account: privateKeyToAccount(key),
			displayName: 'Dr Omar',
			asPatient: false,
		});
		await world.member(hospital, deps);
		const { session } = await ready([key], { approvesAll: true });
		expect(session).toMatchObject({ role: 'clinician', hospital: hospital.account });
		expect(session.membership).toMatchObject({ hospitalName: 'Al-Noor', role: 'doctor', active: true });
		session.switchRole('registrar');
		expect(session.role).toBe('clinician');
	});

	it('an administrator acts for the hospital that asked, and for their own, but has the keys of their own alone', async () => {
		const { acceptAdministration, applyAsHospital, offerAdministration } = await import('#lib/records/index.ts');
		const hospital = await world.hospital('Al-Noor');
		const asking = hospital.account as Address;
		const key = await fundedKey();
		await firstVisit(world, { account: privateKeyToAccount(key), displayName: 'Huda', asPatient: false });
		const { session } = await ready([key], { approvesAll: true });
		await offerAdministration(hospital, { hospital: asking, account: addressOf(key) });
		await session.refresh();
		expect(session).toMatchObject({ role: null, office: null, isAdministrator: false, hasHospitalKeys: false });
		expect(session.accountView?.offers).toMatchObject([{ name: 'Al-Noor' }]);
		await acceptAdministration(session.need(), { hospital: asking });
		await session.refresh();
		expect(session).toMatchObject({
			role: 'hospital',
			hospital: asking,
			isAdministrator: true,
			hasHospitalKeys: false,
		});
		await applyAsHospital(session.need(), { name: 'St Brigid', country: 'IE', contact: 'a@b.example', about: '' });
		await session.refresh();
		expect(session.offices.map(({ profile }) => profile?.name)).toEqual(['Al-Noor', 'St Brigid']);
		session.switchHospital(addressOf(key));
		expect(session).toMatchObject({ hospital: addressOf(key), isAdministrator: false, hasHospitalKeys: true });
	});

	it('who becomes a hospital later sees it after a refresh', async () => {
		const key = await fundedKey();
		await firstVisit(world, { account: privateKeyToAccount(key), displayName: 'Desk', asPatient: true });
		const { session } = await ready([key], { approvesAll: true });
		expect(session.roles).toEqual(['patient']);
		const { applyAsHospital } = await import('#lib/records/index.ts');
		await applyAsHospital(session.need(), { name: 'St Brigid', country: 'IE', contact: 'a@b.example', about: '' });
		await session.refresh();
		expect([...session.roles].sort()).toEqual(['hospital', 'patient']);
		expect(session.role).toBe('patient');
		session.switchRole('hospital');
		expect(session).toMatchObject({ role: 'hospital', hospital: addressOf(key) });
		const reloaded = open();
		await reloaded.start();
		expect(reloaded.role).toBe('hospital');
	});
});

describe('a demo person', () => {
	it('is there in one click, unlocked, and the next one too', async () => {
		const second = await fundedKey();
		await firstVisit(world, { account: privateKeyToAccount(second), displayName: 'Grace', asPatient: true });
		const accounts = [known, second].map((privateKey) => ({
			address: addressOf(privateKey),
			privateKey,
			name: 'Demo',
			role: 'patient' as const,
		}));
		const session = open({ demo: { accounts } });
		await session.connectDemo(addressOf(known));
		expect(session).toMatchObject({ status: 'ready', isDemo: true, displayName: 'Yusuf' });
		const { signal } = session;
		await session.connectDemo(addressOf(second));
		expect(session).toMatchObject({ status: 'ready', displayName: 'Grace', account: addressOf(second) });
		expect(signal.aborted).toBe(true);
	});
});
