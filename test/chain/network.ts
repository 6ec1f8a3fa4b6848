/** A chain node with the registries on it, and clients for its people: everything as on a public network, on this machine. */
import { createWalletClient, http, keccak256, numberToHex, toBytes } from 'viem';
import { utf8 } from '#lib/bytes.ts';
import {
	addMember,
	addRecord,
	addTeam,
	applyAsHospital,
	approveHospital,
	chainOf,
	connectChain,
	publishKeys,
	waitForSuccess,
	type AddRecordParameters,
	type Address,
	type ChainConfig,
	type Hash,
	type Receipt,
} from '#lib/chain/index.ts';
import type { ErrorCode, ErrorDetails } from '#lib/errors.ts';
import { takeNode } from './take-node.ts';

export const day = 86_400;
export const team = digest('team: cardiology');

/** A digest that stands for a document. */
export function digest(document: string): Hash {
	return keccak256(toBytes(document));
}

export type Network = Awaited<ReturnType<typeof startNetwork>>;
export type Person = Network['patient'];

/** What a refusal looks like to those who catch it. */
export function refused(code: ErrorCode, details: ErrorDetails) {
	return { name: 'AppError', code, details };
}

export async function startNetwork() {
	const { node, contracts } = await takeNode();
	const config: ChainConfig = { chainId: node.chainId, name: 'Test', rpcUrls: [node.url], contracts };
	const client = connectChain(config);
	const personAt = (index: number) => {
		const account = node.accounts[index];
		if (!account) throw new Error('The node has too few accounts.');
		const wallet = createWalletClient({ account, chain: chainOf(config), transport: http(node.url) });
		return { wallet, address: account.address.toLowerCase() as Address };
	};
	const ask = (method: string, params: readonly unknown[] = []) =>
		client.request({ method: method as never, params: params as never });
	return {
		node,
		config,
		contracts,
		client,
		admin: personAt(0),
		registrar: personAt(1),
		hospital: personAt(2),
		otherHospital: personAt(3),
		doctor: personAt(4),
		nurse: personAt(5),
		patient: personAt(6),
		otherPatient: personAt(7),
		stranger: personAt(8),
		/** Executes for others, and pays for it. */
		relayer: personAt(9),
		paramedic: personAt(10),
		/** The transaction's receipt, once it has succeeded. */
		done: async (sent: Promise<Hash>): Promise<Receipt> => waitForSuccess(client, await sent),
		/** Seconds since 1970 on the chain. */
		now: async (): Promise<number> => {
			const block = await client.request({ method: 'eth_getBlockByNumber', params: ['latest', false] });
			return Number(block?.timestamp ?? 0);
		},
		/** Moves the chain's clock, and mines a block. */
		pass: async (seconds: number): Promise<void> => {
			await ask('evm_increaseTime', [seconds]);
			await ask('evm_mine');
		},
		/** Mines empty blocks. */
		mine: async (blocks: number): Promise<void> => {
			await ask('hardhat_mine', [numberToHex(blocks)]);
		},
		/** Remembers the chain as it is; what comes back takes it there again, once. */
		snapshot: async (): Promise<() => Promise<void>> => {
			const id = await ask('evm_snapshot');
			return async () => {
				await ask('evm_revert', [id]);
			};
		},
		/** The number of the latest block. */
		latest: async (): Promise<number> => Number(await client.request({ method: 'eth_blockNumber' })),
		/** What these send comes into one block together, in this order; whatever they ask before is answered as of the block before. */
		inOneBlock: async (sends: readonly (() => Promise<Hash>)[]): Promise<Receipt[]> => {
			const hashes: Hash[] = [];
			await ask('evm_setAutomine', [false]);
			try {
				for (const send of sends) hashes.push(await send());
				await ask('evm_mine');
			} finally {
				await ask('evm_setAutomine', [true]);
			}
			return Promise.all(hashes.map((hash) => waitForSuccess(client, hash)));
		},
	};
}

/** What a hospital says when it admits the doctor: for a year, to the one team, unless told otherwise. */
export async function admission(network: Network, other: { member?: Address; role?: number; teamId?: Hash } = {}) {
	const { contracts, hospital, doctor, now } = network;
	return {
		registry: contracts.hospitalRegistry,
		hospital: hospital.address,
		member: doctor.address,
		role: 1,
		teamId: team,
		validUntil: (await now()) + 365 * day,
		directoryDigest: digest('directory'),
		keysDigest: digest('keys'),
		...other,
	};
}

/** Approves the hospital, adds a team with the doctor and the paramedic in it, and publishes keys of doctor and patients. */
export async function settle(network: Network): Promise<void> {
	const { contracts, registrar, hospital, doctor, paramedic, patient, otherPatient, done } = network;
	const registry = contracts.hospitalRegistry;
	const ofHospital = { registry, hospital: hospital.address };
	await done(applyAsHospital(hospital.wallet, { registry, profileDigest: digest('profile') }));
	await done(approveHospital(registrar.wallet, ofHospital));
	await done(addTeam(hospital.wallet, { ...ofHospital, teamId: team, directoryDigest: digest('directory') }));
	await done(addMember(hospital.wallet, await admission(network)));
	await done(addMember(hospital.wallet, await admission(network, { member: paramedic.address, role: 6 })));
	for (const person of [doctor, patient, otherPatient]) {
		await done(
			publishKeys(person.wallet, {
				registry: contracts.patientRegistry,
				sealingKey: utf8('sealing key'),
				authorityKey: person === doctor ? null : utf8('authority key'),
				keyringDigest: digest('keyring'),
				clouds: ['https://a.example/ipfs/', 'https://b.example/bucket/'],
			}),
		);
	}
}

/** What a patient says of a record of their own with this header, of the first epoch. */
export function ownRecord(network: Network, { address }: Person, header: string): AddRecordParameters {
	return {
		registry: network.contracts.recordRegistry,
		patient: address,
		hospital: null,
		headerDigest: digest(header),
		auditRoot: digest(`root of ${header}`),
		epoch: 0,
		amends: null,
	};
}

/** The patient adds such a record. */
export function addOwnRecord(network: Network, person: Person, header: string): Promise<Hash> {
	return addRecord(person.wallet, ownRecord(network, person, header));
}
