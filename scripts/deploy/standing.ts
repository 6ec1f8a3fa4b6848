/** What stands on a chain already: whether the recorded contracts are there, and whether they are as they should be. */
import { keccak256, parseAbi, toBytes, type Client } from 'viem';
import { getCode, readContract } from 'viem/actions';
import type { Address, Contracts } from '#lib/chain/index.ts';
import { Problem } from '../problem.ts';
import type { Deployment } from './deployments.ts';

const abi = parseAbi([
	'function hasRole(bytes32 role, address account) view returns (bool)',
	'function defaultAdmin() view returns (address)',
	'function pendingDefaultAdmin() view returns (address newAdmin, uint48 schedule)',
	'function hospitalRegistry() view returns (address)',
	'function consentRegistry() view returns (address)',
	'function recordRegistry() view returns (address)',
]);
const registrarRole = keccak256(toBytes('REGISTRAR_ROLE'));

/** Whether there is code at all of the addresses. */
export async function standsAt(client: Client, contracts: Contracts): Promise<boolean> {
	const { hospitalRegistry, patientRegistry, consentRegistry, recordRegistry, possessionAudit } = contracts;
	const addresses = [hospitalRegistry, patientRegistry, consentRegistry, recordRegistry, possessionAudit];
	const codes = await Promise.all(addresses.map((address) => getCode(client, { address })));
	return codes.every((code) => code !== undefined);
}

/** Reads from the chain what was meant. A Problem when anything is otherwise. */
export async function checkDeployment(client: Client, deployment: Deployment, admin: Address | null): Promise<void> {
	const { contracts, registrar, deployer } = deployment;
	const { hospitalRegistry, consentRegistry, recordRegistry, possessionAudit } = contracts;
	if (!(await standsAt(client, contracts)))
		throw new Problem('The chain has no code at one of the addresses: wait a minute and check there.');
	const at = (address: Address) => ({ address, abi });
	const [isRegistrar, head, [offered], ...references] = await Promise.all([
		readContract(client, { ...at(hospitalRegistry), functionName: 'hasRole', args: [registrarRole, registrar] }),
		readContract(client, { ...at(hospitalRegistry), functionName: 'defaultAdmin' }),
		readContract(client, { ...at(hospitalRegistry), functionName: 'pendingDefaultAdmin' }),
		readContract(client, { ...at(consentRegistry), functionName: 'hospitalRegistry' }),
		readContract(client, { ...at(recordRegistry), functionName: 'hospitalRegistry' }),
		readContract(client, { ...at(recordRegistry), functionName: 'consentRegistry' }),
		readContract(client, { ...at(possessionAudit), functionName: 'recordRegistry' }),
	]);
	const expected = [hospitalRegistry, hospitalRegistry, consentRegistry, recordRegistry];
	const wrong = [
		!isRegistrar && `${registrar} is not the registrar`,
		!same(head, deployer) && `${head} is the admin`,
		admin && !same(offered, admin) && `${admin} is not offered the admin’s office`,
		references.some((address, i) => !same(address, expected[i])) && 'the contracts do not name one another',
	].filter((what) => typeof what === 'string');
	if (wrong.length > 0) throw new Problem(`The contracts are there, but ${wrong.join(', and ')}.`);
}

function same(one: string, other: string | undefined): boolean {
	return one.toLowerCase() === other?.toLowerCase();
}
