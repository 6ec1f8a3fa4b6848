/**
 * A whole Amana for tests: a chain node of its own with the registries deployed, three local clouds, and people. Accounts are made
 * fresh and given some money, so that each test may begin with people whom nobody knows yet.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestClient, http, parseEther, type LocalAccount } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import type { Address } from '#lib/chain/index.ts';
import {
	addMember,
	addTeam,
	applyAsHospital,
	approveHospital,
	publishAuthority,
	type ChainConfig,
	type Deps,
	type Hash,
	type MemberRole,
} from '#lib/records/index.ts';
import { startClouds, type Clouds } from '../../scripts/clouds/start.ts';
import { firstVisit, visitor, type Place } from '../../scripts/demo/person.ts';
import { takeNode } from '../chain/take-node.ts';

export const day = 24 * 60 * 60 * 1000;

export interface World extends Place {
	clouds: Clouds['configs'];
	cloudServers: Clouds;
	dataDir: string;
	registrar: Deps;
	newAccount(): Promise<LocalAccount>;
	/** Someone after their first visit. */
	person(displayName: string, asPatient?: boolean): Promise<Deps>;
	patient(displayName: string): Promise<Deps>;
	hospital(name: string): Promise<Deps>;
	/** A member of a hospital's team, which is made if needed. */
	member(hospital: Deps, person: Deps, entry?: { name?: string; role?: MemberRole; teamId?: Hash }): Promise<Hash>;
	chainControl: ReturnType<typeof createTestClient>;
	stop(): Promise<void>;
}

/** Starts a world; stop it in `afterAll`. */
export async function startWorld(): Promise<World> {
	const dataDir = await mkdtemp(join(tmpdir(), 'amana-world-'));
	const [{ node, contracts }, cloudServers] = await Promise.all([takeNode(), startClouds({ dataDir })]);
	const chain: ChainConfig = { chainId: node.chainId, name: 'Test', rpcUrls: [node.url], contracts };
	const chainControl = createTestClient({ mode: 'hardhat', transport: http(node.url) });
	const clouds = cloudServers.configs;
	const place: Place = { chain, clouds };
	const [, registrarAccount] = node.accounts;
	if (!registrarAccount) throw new Error('no registrar');
	const registrar = visitor(place, registrarAccount);

	const newAccount = async () => {
		const account = privateKeyToAccount(generatePrivateKey());
		await chainControl.setBalance({ address: account.address, value: parseEther('10') });
		return account;
	};
	const person = async (displayName: string, asPatient = false) =>
		(await firstVisit(place, { account: await newAccount(), displayName, asPatient })).deps;
	const member: World['member'] = async (hospital, { account }, entry = {}) => {
		const { name = 'Dr Omar Nasser', role = 'doctor' } = entry;
		const teamId = entry.teamId ?? (await addTeam(hospital, { name: `Team ${Math.random()}` })).teamId;
		const address = account as Address;
		await addMember(hospital, { address, name, title: 'MD', role, teamId, validUntil: Date.now() + 90 * day });
		return teamId;
	};
	const hospital = async (name: string) => {
		const deps = await person(name);
		await applyAsHospital(deps, { name, country: 'SA', contact: 'desk@hospital.example', about: '' });
		await approveHospital(registrar, { hospital: deps.account as Address });
		await publishAuthority(deps);
		return deps;
	};
	return {
		...place,
		clouds,
		cloudServers,
		dataDir,
		registrar,
		newAccount,
		person,
		patient: (displayName) => person(displayName, true),
		hospital,
		member,
		chainControl,
		async stop() {
			await Promise.all([node.stop(), cloudServers.stop()]);
			await rm(dataDir, { recursive: true, force: true });
		},
	};
}

/** The address of a session's account. */
export function addressOf({ account }: Deps): Address {
	if (!account) throw new Error('no account');
	return account;
}

/** A file with a name, as a browser gives it. */
export function fileOf(bytes: Uint8Array | string, name: string, type = ''): File {
	return new File([bytes as Uint8Array<ArrayBuffer>], name, { type });
}
