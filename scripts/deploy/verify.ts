/**
 * Publishes the sources of what is deployed at Sourcify (API version 2), which compiles them again, compares, and passes them on to
 * the block explorers. What it gets is the compiler's input as Hardhat kept it, to the letter: HospitalRegistry has its own settings.
 */
import type { Contracts } from '#lib/chain/index.ts';
import { Problem } from '../problem.ts';
import { compileContracts, contractNames, readCompilation, type ContractName } from './artifacts.ts';
import type { DeployNetwork } from './networks.ts';

const urlVariable = 'AMANA_SOURCIFY_URL';
const publicServer = 'https://sourcify.dev/server';
const patienceMs = 180_000;
const longestWaitMs = 4_000;

/** What the API answers; every part may be missing. */
interface Answer {
	verificationId?: string;
	isJobCompleted?: boolean;
	contract?: { match: 'exact_match' | 'match' | null };
	error?: { message: string };
	customCode?: string;
	message?: string;
}

/** Tells `onStep` of each that is verified. A Problem when one is not; the others are tried all the same. */
export async function verifySources(
	network: DeployNetwork,
	contracts: Contracts,
	onStep: (line: string) => void,
): Promise<void> {
	const api = `${serverOf(network)}/v2/verify`;
	await compileContracts();
	const [hospital, patient, consent, record, audit] = contractNames;
	const all = [
		[hospital, contracts.hospitalRegistry],
		[patient, contracts.patientRegistry],
		[consent, contracts.consentRegistry],
		[record, contracts.recordRegistry],
		[audit, contracts.possessionAudit],
	] as const;
	const failures: string[] = [];
	for (const [name, address] of all) {
		try {
			onStep(`${name}: ${await verifyOne(api, `${network.chainId}/${address}`, name)}`);
		} catch (error) {
			failures.push(`${name}: ${(error as Error).message}`);
		}
	}
	if (failures.length > 0) throw new Problem(`Not verified. ${failures.join(' ')} Run it again with --verify.`);
}

async function verifyOne(api: string, contract: string, name: ContractName): Promise<string> {
	const { input, compilerVersion, identifier } = await readCompilation(name);
	const submitted = await ask(`${api}/${contract}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ stdJsonInput: input, compilerVersion, contractIdentifier: identifier }),
	});
	if (submitted.customCode === 'already_verified') return 'verified already';
	if (!submitted.verificationId) throw new Error(submitted.message ?? 'The answer was not understood.');
	const deadline = Date.now() + patienceMs;
	for (let waitMs = 250; Date.now() < deadline; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
		const { isJobCompleted, contract: found, error } = await ask(`${api}/${submitted.verificationId}`);
		if (isJobCompleted && found?.match) return found.match === 'match' ? 'verified' : 'verified to the letter';
		if (isJobCompleted) throw new Error(error?.message ?? 'The code differs.');
		await new Promise((done) => setTimeout(done, waitMs));
	}
	throw new Error('There is no result yet.');
}

async function ask(url: string, init?: RequestInit): Promise<Answer> {
	const response = await fetch(url, { ...init, signal: AbortSignal.timeout(30_000) }).catch(() => null);
	if (!response) throw new Error(`${new URL(url).host} does not answer.`);
	const answer = (await response.json().catch(() => null)) as Answer | null;
	if (!answer) throw new Error(`${new URL(url).host} answers with status ${response.status}.`);
	return answer;
}

function serverOf({ sourcify, title }: DeployNetwork): string {
	const own = process.env[urlVariable];
	if (own) return own.replace(/\/$/, '');
	if (!sourcify)
		throw new Problem(`${title} is not a chain that Sourcify knows: set ${urlVariable} to a server that does.`);
	return publicServer;
}
