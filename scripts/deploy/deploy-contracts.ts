/**
 * Deploys the Ignition module to a node, without loading all of Hardhat: from accounts that the node holds, as the local one's
 * are, or from one that signs here.
 */
import { deploy, DeploymentResultType, type Artifact, type DeploymentResult } from '@nomicfoundation/ignition-core';
import { createClient, http, type LocalAccount } from 'viem';
import { getBlockNumber } from 'viem/actions';
import type { Address, Contracts } from '#lib/chain/index.ts';
import { Problem } from '../problem.ts';
import { compileContracts, contractNames, readArtifact } from './artifacts.ts';
import amana from './modules/amana.ts';
import amanaHandingOver from './modules/amana-handing-over.ts';
import { shortMessage } from './estimate.ts';
import { nodeProvider, signingProvider } from './signing-provider.ts';

export interface DeployOptions {
	/** Approves hospitals; the node's second account unless given. A `deployer` has to say who. */
	registrar?: Address;
	/** Is offered the admin's office; nobody unless given. */
	admin?: Address;
	/** Pays, and becomes the admin; the node's first account unless given. */
	deployer?: LocalAccount;
	confirmations?: number;
	pollMs?: number;
}

/**
 * Deploys the registries, after compiling them if needed. A Problem when the chain refuses one of them or the way there breaks: what
 * stands by then is used by nobody, and the next call begins anew.
 */
export async function deployContracts(rpcUrl: string, options: DeployOptions = {}): Promise<Contracts> {
	const { deployer, admin, confirmations = 1, pollMs = 20 } = options;
	await compileContracts();
	const client = createClient({ transport: http(rpcUrl), cacheTime: 0 });
	const before = Number(await getBlockNumber(client));
	const held = deployer ? [] : await client.request({ method: 'eth_accounts' });
	const registrar = options.registrar ?? held[1];
	if (!registrar) throw new Error('There is no account for the registrar.');
	const result = await deploy({
		config: { blockPollingInterval: pollMs, requiredConfirmations: confirmations },
		provider: deployer ? signingProvider(client, deployer) : nodeProvider(client),
		artifactResolver: {
			loadArtifact: (name): Promise<Artifact> => readArtifact(name),
			getBuildInfo: () => Promise.resolve(undefined),
		},
		ignitionModule: admin ? amanaHandingOver : amana,
		deploymentParameters: { Amana: { registrar }, ...(admin && { AmanaHandingOver: { admin } }) },
		accounts: deployer ? [deployer.address] : [...held],
	}).catch((cause: unknown) => {
		throw new Problem(`The deployment stopped half-way: ${shortMessage(cause)}`, { cause });
	});
	if (result.type !== DeploymentResultType.SUCCESSFUL_DEPLOYMENT) {
		throw new Problem(`The contracts could not all be deployed. ${reasonOf(result)}`);
	}
	return { ...addressesIn(result.contracts), deployedAt: before + 1 };
}

function addressesIn(deployed: Record<string, { address: string }>): Omit<Contracts, 'deployedAt'> {
	const [hospitalRegistry, patientRegistry, consentRegistry, recordRegistry, possessionAudit] = contractNames.map(
		(name) => {
			const address = deployed[`Amana#${name}`]?.address;
			if (!address) throw new Error(`Nothing says where ${name} was deployed.`);
			return address.toLowerCase() as Address;
		},
	) as [Address, Address, Address, Address, Address];
	return { hospitalRegistry, patientRegistry, consentRegistry, recordRegistry, possessionAudit };
}

/** Why Ignition did not come to an end. */
function reasonOf(result: Exclude<DeploymentResult, { contracts: unknown }>): string {
	if (result.type !== DeploymentResultType.EXECUTION_ERROR) return Object.values(result.errors).flat().join(' ');
	const failed = result.failed.map(({ futureId, error }) => `${futureId}: ${error}`);
	const slow = result.timedOut.map(({ futureId }) => `${futureId}: no block has it yet`);
	return `${[...failed, ...slow].join('; ')}.`;
}
