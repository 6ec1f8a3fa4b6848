/** What a person asked of `npm run deploy`. Each thing that is missing or wrong is a Problem of one sentence. */
import { parseArgs } from 'node:util';
import { getAddress, isAddress, zeroAddress } from 'viem';
import { privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts';
import type { Address } from '#lib/chain/index.ts';
import { Problem } from '../problem.ts';
import { defaultDeploymentsFile } from './deployments.ts';
import { networkNames, networks, type DeployNetwork } from './networks.ts';

const keyVariable = 'AMANA_DEPLOYER_KEY';

export interface DeployArguments {
	network: DeployNetwork;
	dryRun: boolean;
	verify: boolean;
	/** Print the site's configuration of a network that is deployed already. */
	config: boolean;
	/** Approves hospitals; null while nobody said. */
	registrar: Address | null;
	/** To whom the admin's office is offered; null: it stays with the deployer. */
	admin: Address | null;
	deploymentsFile: string;
}

export function readArguments(args: readonly string[]): DeployArguments {
	const values = parse(args);
	if (values.network === undefined) throw new Problem(`Say which network: --network with one of ${networkNames}.`);
	const network = networks.find(({ name }) => name === values.network);
	if (!network) throw new Problem(`There is no network “${values.network}” here: known are ${networkNames}.`);
	const { 'dry-run': dryRun = false, verify = false, config = false } = values;
	if (dryRun && (verify || config))
		throw new Problem('A dry run deploys nothing that could be verified or used: leave --dry-run out.');
	return {
		network,
		dryRun,
		verify,
		config,
		registrar: readAddress('registrar', values.registrar) ?? network.registrar,
		admin: readAddress('admin', values.admin),
		deploymentsFile: values.file ?? defaultDeploymentsFile,
	};
}

/** The account that pays, from the environment; null where there is none. */
export function readDeployer(): PrivateKeyAccount | null {
	const key = process.env[keyVariable];
	if (key === undefined || key === '') return null;
	try {
		return privateKeyToAccount(key.startsWith('0x') ? (key as Address) : `0x${key}`);
	} catch {
		throw new Problem(`${keyVariable} is not a private key: it has to be 64 hexadecimal digits.`);
	}
}

/** The account that pays; a Problem where there is none. */
export function requireDeployer(): PrivateKeyAccount {
	const account = readDeployer();
	if (!account)
		throw new Problem(`Set ${keyVariable} to the private key of the account that pays (it is never printed).`);
	return account;
}

export function requireRegistrar({ registrar, network }: DeployArguments): Address {
	if (!registrar) throw new Problem(`Say who approves hospitals on ${network.title}: --registrar with an address.`);
	return registrar;
}

function parse(args: readonly string[]) {
	const known = {
		network: { type: 'string' },
		'dry-run': { type: 'boolean' },
		verify: { type: 'boolean' },
		config: { type: 'boolean' },
		registrar: { type: 'string' },
		admin: { type: 'string' },
		file: { type: 'string' },
	} as const;
	try {
		return parseArgs({ args: [...args], options: known }).values;
	} catch (error) {
		const names = Object.keys(known).map((name) => `--${name}`);
		throw new Problem(`${(error as Error).message.split('. ')[0]}. Known are ${names.join(', ')}.`);
	}
}

function readAddress(option: string, value: string | undefined): Address | null {
	if (value === undefined) return null;
	if (!isAddress(value)) throw new Problem(`--${option} is not an address: “${value}”.`);
	if (value === zeroAddress) throw new Problem(`--${option} must be an address that someone holds.`);
	return getAddress(value);
}
