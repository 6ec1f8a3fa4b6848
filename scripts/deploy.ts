/**
 * `npm run deploy -- --network NAME`: puts the contracts on a chain, notes where in `deployments.json`, and prints what the site reads as
 * `config.json`. Only that goes to standard output. `docs/deploy.md` explains it.
 *
 *   --dry-run            say what would be deployed and what it would cost; spends nothing, needs no key
 *   --registrar ADDRESS  who approves hospitals
 *   --admin ADDRESS      who is offered the admin's office; it ripens in two days
 *   --verify             publish the sources, also of what is deployed already
 *   --config             only print the site's configuration of what is deployed already
 *   --file PATH          another file than scripts/deploy/deployments.json
 */
import { getBalance } from 'viem/actions';
import type { Address } from '#lib/chain/index.ts';
import { readArguments, requireDeployer, requireRegistrar, type DeployArguments } from './deploy/arguments.ts';
import { requireConnection, withoutSecrets, type Connection } from './deploy/connect.ts';
import { deployContracts } from './deploy/deploy-contracts.ts';
import { readDeployment, short, writeDeployment, type Deployment } from './deploy/deployments.ts';
import { printPlan } from './deploy/dry-run.ts';
import { amount, estimateThere, type Estimate } from './deploy/estimate.ts';
import { rehearse } from './deploy/rehearse.ts';
import { planOf } from './deploy/report.ts';
import { siteConfigOf } from './deploy/site-config.ts';
import { checkDeployment, standsAt } from './deploy/standing.ts';
import { verifySources } from './deploy/verify.ts';
import { Problem, sentenceFor } from './problem.ts';

/** How many times the estimate an account must have: wallets reserve twice the price, which may rise meanwhile. */
const reserve = 2n;

const say = (line: string) => console.error(line);

try {
	await run(readArguments(process.argv.slice(2)));
	process.exit(0);
} catch (error) {
	console.error(
		withoutSecrets(sentenceFor(error) ?? (error instanceof Error ? (error.stack ?? error.message) : String(error))),
	);
	process.exit(1);
}

async function run(options: DeployArguments): Promise<void> {
	const { network, deploymentsFile, dryRun, verify, config } = options;
	if (dryRun) return printPlan(options);
	const recorded = await readDeployment(deploymentsFile, network);
	if (config) {
		printConfig(options, recorded ?? missing(options));
		return;
	}
	if (!recorded) {
		// Said before anything is asked of the network.
		requireDeployer();
		requireRegistrar(options);
	}
	const connection = await requireConnection(network);
	const stands = recorded !== null && (await standsAt(connection.client, recorded.contracts));
	if (stands && !verify) {
		throw new Problem(
			`${network.title} has the contracts already: ${short(deploymentsFile)} names them, and has to be without that entry for others beside them.`,
		);
	}
	if (recorded && !stands) replaceForgotten(options);
	const deployment = stands ? recorded : await deploy(options, connection);
	if (verify) await verifySources(network, deployment.contracts, say);
	printConfig(options, deployment);
}

/** Only a local chain forgets; another is perhaps not heard well, and what is noted of it must not be lost by that. */
function replaceForgotten({ network, deploymentsFile }: DeployArguments): void {
	const what = `The contracts that ${short(deploymentsFile)} names are not on ${network.title}`;
	if (network.name !== 'local') throw new Problem(`${what}: take the entry out if they are to be deployed anew.`);
	say(`${what} any more: deploying anew.`);
}

async function deploy(options: DeployArguments, connection: Connection): Promise<Deployment> {
	const { network, admin, deploymentsFile } = options;
	const deployer = requireDeployer();
	const registrar = requireRegistrar(options);
	const estimate = await estimateThere(connection, network, await rehearse({ admin }), deployer.address);
	await requireFunds(connection, options, deployer.address, estimate);
	say(`${network.title} (chain ${network.chainId}), from ${deployer.address}:\n\n${planOf(network, estimate)}\n`);
	const contracts = await deployContracts(connection.url, {
		deployer,
		registrar,
		...(admin && { admin }),
		confirmations: network.confirmations,
		pollMs: network.pollMs,
	});
	const deployment: Deployment = {
		chainId: network.chainId,
		deployer: deployer.address.toLowerCase() as Address,
		registrar: registrar.toLowerCase() as Address,
		contracts,
	};
	await writeDeployment(deploymentsFile, network, deployment);
	say(`Deployed; noted in ${short(deploymentsFile)}.`);
	await checkDeployment(connection.client, deployment, admin);
	say('Read back: code at each address, the registrar in office, the contracts name one another.');
	return deployment;
}

async function requireFunds(
	{ client }: Connection,
	{ network }: DeployArguments,
	address: Address,
	{ total }: Estimate,
): Promise<void> {
	const balance = await getBalance(client, { address });
	if (balance >= total * reserve) return;
	const has = balance === 0n ? 'nothing' : amount(balance, network);
	throw new Problem(
		`${address} has ${has} on ${network.title}, and needs ${amount(total * reserve, network)}: send it some.`,
	);
}

function printConfig({ network }: DeployArguments, deployment: Deployment): void {
	say('The site’s config.json:');
	console.log(JSON.stringify(siteConfigOf(network, deployment), null, '\t'));
}

function missing({ network, deploymentsFile }: DeployArguments): never {
	throw new Problem(`${short(deploymentsFile)} says nothing of ${network.title}: deploy there first.`);
}
