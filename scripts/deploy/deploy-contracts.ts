/**
 * Deploys the Ignition module to a node whose accounts are unlocked, as the local one's are, without loading all of Hardhat.
 * To a public network: `npx hardhat ignition deploy scripts/deploy/modules/amana.ts --network public
 * --parameters …`.
 */
import { deploy, DeploymentResultType, type Artifact, type EIP1193Provider } from '@nomicfoundation/ignition-core';
import { createClient, http, type Client } from 'viem';
import type { Address, Contracts } from '#lib/chain/index.ts';
import { compileContracts, contractNames, readArtifact } from './artifacts.ts';
import amana from './modules/amana.ts';

export interface DeployOptions {
	/** Approves hospitals; the node's second account unless given. */
	registrar?: Address;
}

/** Deploys the registries from the node's first account, after compiling them if needed. */
export async function deployContracts(rpcUrl: string, options: DeployOptions = {}): Promise<Contracts> {
	await compileContracts();
	const client = createClient({ transport: http(rpcUrl) });
	const before = Number(await client.request({ method: 'eth_blockNumber' }));
	const accounts = await client.request({ method: 'eth_accounts' });
	const registrar = options.registrar ?? accounts[1];
	if (!registrar) throw new Error('The node has no second account for the registrar.');
	const result = await deploy({
		config: { blockPollingInterval: 20, requiredConfirmations: 1 },
		provider: providerOf(client),
		artifactResolver: {
			loadArtifact: (name): Promise<Artifact> => readArtifact(name),
			getBuildInfo: () => Promise.resolve(undefined),
		},
		ignitionModule: amana,
		deploymentParameters: { Amana: { registrar } },
		accounts,
	});
	if (result.type !== DeploymentResultType.SUCCESSFUL_DEPLOYMENT) {
		throw new Error(`The contracts could not be deployed: ${JSON.stringify(result)}`);
	}
	const [hospitalRegistry, patientRegistry, consentRegistry, recordRegistry] = contractNames.map((name) => {
		const address = result.contracts[`Amana#${name}`]?.address;
		if (!address) throw new Error(`Nothing says where ${name} was deployed.`);
		return address.toLowerCase() as Address;
	}) as [Address, Address, Address, Address];
	return { hospitalRegistry, patientRegistry, consentRegistry, recordRegistry, deployedAt: before + 1 };
}

/** What Ignition asks a node through. */
function providerOf(client: Client): EIP1193Provider {
	return {
		request: ({ method, params }) => client.request({ method, params } as Parameters<typeof client.request>[0]),
	};
}
