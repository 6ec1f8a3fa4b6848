/** `--dry-run`: by the network's RPC, or where none answers by a node on this machine, and it says which. */
import { getBalance } from 'viem/actions';
import type { Address } from '#lib/chain/index.ts';
import { readDeployer, type DeployArguments } from './arguments.ts';
import { connect, hostsOf, type Connection } from './connect.ts';
import { readDeployment } from './deployments.ts';
import { amount, estimateHere, estimateThere } from './estimate.ts';
import type { DeployNetwork } from './networks.ts';
import { rehearse } from './rehearse.ts';
import { planOf } from './report.ts';
import { standsAt } from './standing.ts';

/** What would be deployed and what it would cost, on standard output. Spends nothing and asks nothing. */
export async function printPlan(options: DeployArguments): Promise<void> {
	const { network, admin, registrar, deploymentsFile } = options;
	const deployer = readDeployer();
	const connection = await connect(network);
	const steps = await rehearse({ admin });
	console.log(`${network.title} (chain ${network.chainId}), a dry run: nothing is sent.`);
	if (connection) {
		console.log(`Estimated by ${connection.host}, at its gas price of now:\n`);
		const estimate = await estimateThere(connection, network, steps, deployer?.address ?? null);
		console.log(planOf(network, estimate));
		if (deployer) console.log(`\n${await fundsOf(connection, network, deployer.address)}`);
		const recorded = await readDeployment(deploymentsFile, network);
		if (recorded && (await standsAt(connection.client, recorded.contracts)))
			console.log('\nIt has the contracts already.');
	} else {
		const price = network.assumedGasPriceGwei;
		const at =
			price === null ? 'in Ethereum’s count, which this chain’s is not: no cost' : `at an assumed ${price} gwei`;
		console.log(`No RPC of ${network.title} answers (asked: ${hostsOf(network)}). Measured on a local node, ${at}:\n`);
		console.log(planOf(network, estimateHere(network, steps)));
	}
	const needed = [!deployer && 'AMANA_DEPLOYER_KEY', !registrar && '--registrar'].filter(
		(what) => typeof what === 'string',
	);
	if (needed.length > 0) console.log(`\nStill needed to deploy: ${needed.join(' and ')}.`);
}

async function fundsOf({ client }: Connection, network: DeployNetwork, address: Address): Promise<string> {
	return `${address} has ${amount(await getBalance(client, { address }), network)}.`;
}
