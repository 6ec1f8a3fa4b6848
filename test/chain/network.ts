/** A chain node with the registries on it, and clients for its people: everything as on a public network, on this machine. */
import { createWalletClient, http, keccak256, toBytes } from 'viem';
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
	type Address,
	type ChainConfig,
	type Hash,
	type Receipt,
} from '#lib/chain/index.ts';
import type { ErrorCode, ErrorDetails } from '#lib/errors.ts';
import { deployContracts } from '../../scripts/deploy/deploy-contracts.ts';
import { startChainNode, type ChainNode } from '../../scripts/network/chain-node.ts';

export const day = 86_400;
export const team = digest('team: cardiology');

/** A digest that stands for a document. */
export function digest(document: string): Hash {
	return keccak256(toBytes(document));
}

export type Network = Awaited<ReturnType<typeof startNetwork>>;

/** What a refusal looks like to those who catch it. */
export function refused(code: ErrorCode, details: ErrorDetails) {
	return { name: 'AppError', code, details };
}

export async function startNetwork() {
	const node = await startChainNode();
	try {
		return await describeNetwork(node);
	} catch (error) {
		await node.stop();
		throw error;
	}
}

async function describeNetwork(node: ChainNode) {
	const contracts = await deployContracts(node.url);
	const config: ChainConfig = { chainId: node.chainId, name: 'Test', rpcUrls: [node.url], contracts };
	const client = connectChain(config);
	const personAt = (index: number) => {
		const account = node.accounts[index];
		if (!account) throw new Error('The node has too few accounts.');
		const wallet = createWalletClient({ account, chain: chainOf(config), transport: http(node.url) });
		return { wallet, address: account.address.toLowerCase() as Address };
	};
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
		/** The transaction's receipt, once it has succeeded. */
		done: async (sent: Promise<Hash>): Promise<Receipt> => waitForSuccess(client, await sent),
		/** Seconds since 1970 on the chain. */
		now: async (): Promise<number> => {
			const block = await client.request({ method: 'eth_getBlockByNumber', params: ['latest', false] });
			return Number(block?.timestamp ?? 0);
		},
		/** Moves the chain's clock, and mines a block. */
		pass: async (seconds: number): Promise<void> => {
			await client.request({ method: 'evm_increaseTime' as never, params: [seconds] as never });
			await client.request({ method: 'evm_mine' as never });
		},
		/** Mines empty blocks. */
		mine: async (blocks: number): Promise<void> => {
			await client.request({ method: 'hardhat_mine' as never, params: [`0x${blocks.toString(16)}`] as never });
		},
	};
}

/** Approves the hospital, adds a team with the doctor in it, and publishes keys of doctor and patients. */
export async function settle(network: Network): Promise<void> {
	const { contracts, registrar, hospital, doctor, patient, otherPatient, done, now } = network;
	const registry = contracts.hospitalRegistry;
	await done(applyAsHospital(hospital.wallet, { registry, profileDigest: digest('profile') }));
	await done(approveHospital(registrar.wallet, { registry, hospital: hospital.address }));
	await done(addTeam(hospital.wallet, { registry, teamId: team, directoryDigest: digest('directory') }));
	await done(
		addMember(hospital.wallet, {
			registry,
			member: doctor.address,
			role: 1,
			teamId: team,
			validUntil: (await now()) + 365 * day,
			directoryDigest: digest('directory'),
			keysDigest: digest('keys'),
		}),
	);
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

/** The patient adds a record of their own with this header. */
export function addOwnRecord(network: Network, person: Network['patient'], header: string): Promise<Hash> {
	return addRecord(person.wallet, {
		registry: network.contracts.recordRegistry,
		patient: person.address,
		hospital: null,
		headerDigest: digest(header),
		epoch: 0,
		amends: null,
	});
}
