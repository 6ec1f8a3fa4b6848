/** The one file that says what is deployed where. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import * as v from 'valibot';
import type { Address, Contracts } from '#lib/chain/index.ts';
import { Problem } from '../problem.ts';
import { root } from '../run.ts';
import type { DeployNetwork } from './networks.ts';

export const defaultDeploymentsFile = join(root, 'scripts/deploy/deployments.json');

const addressSchema = v.custom<Address>((value) => typeof value === 'string' && /^0x[0-9a-f]{40}$/.test(value));

const deploymentSchema = v.object({
	chainId: v.number(),
	/** Paid, and became the admin. */
	deployer: addressSchema,
	registrar: addressSchema,
	contracts: v.object({
		hospitalRegistry: addressSchema,
		patientRegistry: addressSchema,
		consentRegistry: addressSchema,
		recordRegistry: addressSchema,
		possessionAudit: addressSchema,
		deployedAt: v.number(),
	}) satisfies v.GenericSchema<Contracts>,
});
export type Deployment = v.InferOutput<typeof deploymentSchema>;

/** What the file says of a network; null when it says nothing. */
export async function readDeployment(file: string, { name, chainId }: DeployNetwork): Promise<Deployment | null> {
	const entry = (await readAll(file))[name];
	if (entry === undefined) return null;
	const result = v.safeParse(deploymentSchema, entry);
	if (result.success && result.output.chainId === chainId) return result.output;
	throw new Problem(
		`What ${short(file)} says of ${name} is not a deployment on chain ${chainId}: correct it or take it out.`,
	);
}

/** Adds a network to the file, or replaces what it said of it. */
export async function writeDeployment(file: string, { name }: DeployNetwork, deployment: Deployment): Promise<void> {
	const all = { ...(await readAll(file)), [name]: deployment };
	await writeFile(file, `${JSON.stringify(all, null, '\t')}\n`);
}

/** The file's name as a person in the repository's folder would say it. */
export function short(file: string): string {
	const path = relative(root, file);
	return path.startsWith('..') ? file : path;
}

async function readAll(file: string): Promise<Record<string, unknown>> {
	if (!existsSync(file)) return {};
	try {
		return v.parse(v.record(v.string(), v.unknown()), JSON.parse(await readFile(file, 'utf8')));
	} catch {
		throw new Problem(`${short(file)} is not a JSON object: correct it or take it away.`);
	}
}
