/** A node of the measurement's own with the contracts as they are deployed, and a way to send calls and learn what they used. */
import {
	createClient,
	createTestClient,
	encodeFunctionData,
	http,
	keccak256,
	size,
	toBytes,
	type Abi,
	type Hex,
} from 'viem';
import type { HDAccount } from 'viem/accounts';
import {
	getContractEvents,
	mine,
	readContract,
	sendTransaction,
	signTypedData,
	waitForTransactionReceipt,
} from 'viem/actions';
import { chainOf, type Address, type ChainConfig } from '#lib/chain/index.ts';
import { consentRegistryAbi } from '#lib/chain/abi/consent-registry.ts';
import { hospitalRegistryAbi } from '#lib/chain/abi/hospital-registry.ts';
import { patientRegistryAbi } from '#lib/chain/abi/patient-registry.ts';
import { possessionAuditAbi } from '#lib/chain/abi/possession-audit.ts';
import { recordRegistryAbi } from '#lib/chain/abi/record-registry.ts';
import { domainOf, messageTypes } from '#lib/chain/permissions/messages.ts';
import { deployContracts } from '../deploy/deploy-contracts.ts';
import type { ChainNode } from '../network/chain-node.ts';

export type Registry =
	'hospitalRegistry' | 'patientRegistry' | 'consentRegistry' | 'recordRegistry' | 'possessionAudit';
const abis: Record<Registry, Abi> = {
	hospitalRegistry: hospitalRegistryAbi,
	patientRegistry: patientRegistryAbi,
	consentRegistry: consentRegistryAbi,
	recordRegistry: recordRegistryAbi,
	possessionAudit: possessionAuditAbi,
};

export interface Sent {
	gas: number;
	callBytes: number;
}

export interface Terms {
	grantee: Address;
	hospital: Address;
	requestId: Hex;
	expiresAt: number;
	keysDigest: Hex;
}

export type Ledger = Awaited<ReturnType<typeof openLedger>>;

/** Deploys to the node. */
export async function openLedger(node: ChainNode) {
	const contracts = await deployContracts(node.url);
	const config: ChainConfig = { chainId: node.chainId, name: 'Local', rpcUrls: [node.url], contracts };
	const client = createClient({ chain: chainOf(config), transport: http(node.url), pollingInterval: 20 });

	function callOf(to: Registry, functionName: string, args: unknown[]): Hex {
		return encodeFunctionData({ abi: abis[to], functionName, args });
	}

	async function send(from: HDAccount, to: Registry, functionName: string, args: unknown[]): Promise<Sent> {
		const data = callOf(to, functionName, args);
		const hash = await sendTransaction(client, { account: from, to: contracts[to], data, chain: client.chain });
		const { gasUsed, status } = await waitForTransactionReceipt(client, { hash });
		if (status !== 'success') throw new Error(`${functionName} failed.`);
		return { gas: Number(gasUsed), callBytes: size(data) };
	}

	/** The arguments of a grant that the patient signs as their `nonce`-th action, for anyone to send. */
	async function signGrant(patient: HDAccount, nonce: number, terms: Terms): Promise<unknown[]> {
		const { grantee, hospital, requestId, expiresAt, keysDigest } = terms;
		const signature = await signTypedData(client, {
			account: patient,
			domain: domainOf('ShareRecords', node.chainId, contracts),
			types: { ShareRecords: messageTypes.ShareRecords },
			primaryType: 'ShareRecords',
			message: {
				patient: patient.address,
				reader: grantee,
				hospital,
				request: requestId,
				until: expiresAt,
				keys: keysDigest,
				nonce,
				deadline: expiresAt,
			},
		});
		return [{ signer: patient.address, nonce, deadline: expiresAt, signature }, terms];
	}

	/** Which halves the challenge just opened asks for of a piece of so many bytes, once that is known. */
	async function samplesOf(size: number): Promise<{ challengeId: Hex; halves: number[] }> {
		const [log] = await getContractEvents(client, {
			abi: possessionAuditAbi,
			address: contracts.possessionAudit,
			eventName: 'ChallengeOpened',
			fromBlock: 'latest',
		});
		const challengeId = log?.args.challengeId;
		if (!challengeId) throw new Error('No challenge was opened in the latest block.');
		await mine(createTestClient({ mode: 'hardhat', transport: http(node.url) }), { blocks: 3 });
		const question = {
			abi: possessionAuditAbi,
			address: contracts.possessionAudit,
			functionName: 'samplesOf',
		} as const;
		const halves = await readContract(client, { ...question, args: [challengeId, BigInt(size)] });
		return { challengeId, halves: halves.map(Number) };
	}

	return { callOf, send, signGrant, samplesOf };
}

let made = 0;

/** Another digest each time, of no document. */
export function newDigest(): Hex {
	return keccak256(toBytes(`document ${made++}`));
}

/** The address of somebody whom no patient has granted anything. */
export function newReader(): Address {
	return `0x${keccak256(toBytes(`reader ${made++}`)).slice(26)}`;
}
