/**
 * Hospitals: their application with a public profile, the registrar's decision, and the authority key under which an approved
 * hospital issues its members' attributes.
 */
import * as chain from '#lib/chain/index.ts';
import type { Address, HospitalEntry } from '#lib/chain/index.ts';
import { digestOfObject, findObject, saveObject } from './blocks.ts';
import { type ActionOptions, type Deps, type Receipt } from './deps.ts';
import { reasonSchema } from './formats.ts';
import { checkInput, hospitalProfileInput, reasonInput } from './inputs.ts';
import { askAnew, authorityContext, historyOf, hospitalEntry, requireApproved, requireKeys } from './ledger.ts';
import { findProfile } from './people.ts';
import type { HospitalProfile, HospitalView } from './types.ts';
import { requireIdentity, transact } from './act.ts';
import { teamsOf } from './directory.ts';

/** Applies with a public profile. Throws `wallet.locked`, `records.no-keys`, `records.invalid-input`, `chain.refused`. */
export async function applyAsHospital(
	deps: Deps,
	profile: HospitalProfile,
	options: ActionOptions = {},
): Promise<Receipt> {
	askAnew(deps);
	const { account } = requireIdentity(deps);
	const checked = checkInput(hospitalProfileInput, profile);
	await requireKeys(deps, account); // its clouds are published with its keys, and the profile must be found there
	options.onStage?.('saving');
	const { digest } = await saveObject(deps, { v: 1, kind: 'hospital', hospital: account, ...checked }, options.signal);
	const registry = deps.chain.contracts.hospitalRegistry;
	return transact(deps, options, (wallet) => chain.applyAsHospital(wallet, { registry, profileDigest: digest }));
}

/** Takes a waiting application back. Throws `chain.refused`. */
export function withdrawApplication(deps: Deps, options: ActionOptions = {}): Promise<Receipt> {
	const registry = deps.chain.contracts.hospitalRegistry;
	return transact(deps, options, (wallet) => chain.withdrawApplication(wallet, { registry }));
}

/** The registrar approves an application. Throws `chain.refused`. */
export function approveHospital(
	deps: Deps,
	{ hospital }: { hospital: Address },
	options: ActionOptions = {},
): Promise<Receipt> {
	const registry = deps.chain.contracts.hospitalRegistry;
	return transact(deps, options, (wallet) => chain.approveHospital(wallet, { registry, hospital }));
}

/** The registrar lifts a suspension. Throws `chain.refused`. */
export function reinstateHospital(
	deps: Deps,
	{ hospital }: { hospital: Address },
	options: ActionOptions = {},
): Promise<Receipt> {
	const registry = deps.chain.contracts.hospitalRegistry;
	return transact(deps, options, (wallet) => chain.reinstateHospital(wallet, { registry, hospital }));
}

/** A registrar's decision, and why. */
export interface Decision {
	hospital: Address;
	reason: string;
}

/** The registrar rejects an application; the reason is public. Throws `records.invalid-input`, `chain.refused`, `storage.…`. */
export async function rejectHospital(deps: Deps, decision: Decision, options: ActionOptions = {}): Promise<Receipt> {
	const { hospital, reasonHash } = await saveReason(deps, decision, options);
	const registry = deps.chain.contracts.hospitalRegistry;
	return transact(deps, options, (wallet) => chain.rejectHospital(wallet, { registry, hospital, reasonHash }));
}

/** The registrar suspends a hospital; the reason is public. Throws as `rejectHospital`. */
export async function suspendHospital(deps: Deps, decision: Decision, options: ActionOptions = {}): Promise<Receipt> {
	const { hospital, reasonHash } = await saveReason(deps, decision, options);
	const registry = deps.chain.contracts.hospitalRegistry;
	return transact(deps, options, (wallet) => chain.suspendHospital(wallet, { registry, hospital, reasonHash }));
}

/** Publishes this hospital's authority key, and a proof that it has the secret. Throws `wallet.locked`, `records.not-approved`. */
export async function publishAuthority(deps: Deps, options: ActionOptions = {}): Promise<Receipt> {
	askAnew(deps);
	const { account, keys } = requireIdentity(deps);
	options.onStage?.('preparing');
	await requireApproved(deps, account);
	const [publicKey, proofOfPossession] = await Promise.all([
		deps.engine.authorityKey(account, keys.authoritySeed),
		deps.engine.authorityProof(account, keys.authoritySeed, authorityContext(deps, account)),
	]);
	const parameters = {
		registry: deps.chain.contracts.hospitalRegistry,
		hospital: account,
		publicKey,
		proofOfPossession,
	};
	return transact(deps, options, (wallet) => chain.publishAuthority(wallet, parameters));
}

/** All hospitals that ever applied, with what their clouds say of them. Needs no wallet. */
export async function listHospitals(deps: Deps): Promise<HospitalView[]> {
	askAnew(deps);
	const entries = await chain.readHospitals(deps.client, deps.chain.contracts);
	return Promise.all(entries.map((entry) => viewOf(deps, entry)));
}

/** One hospital; null when the account never applied. */
export async function readHospitalView(deps: Deps, hospital: Address): Promise<HospitalView | null> {
	const entry = await hospitalEntry(deps, hospital);
	return entry && viewOf(deps, entry);
}

async function viewOf(deps: Deps, entry: HospitalEntry): Promise<HospitalView> {
	const [profile, teams, decision] = await Promise.all([
		findProfile(deps, entry),
		teamsOf(deps, entry).catch(() => []),
		lastDecision(deps, entry),
	]);
	const { address, status, authorityVersion } = entry;
	return {
		address,
		status,
		profile,
		teams,
		appliedAt: entry.appliedAt * 1000,
		hasAuthority: authorityVersion > 0,
		...decision,
	};
}

/** When the present status began, and why, where the registrar said so and a cloud still has it. */
async function lastDecision(deps: Deps, { address, appliedAt }: HospitalEntry) {
	const events = await historyOf(deps, address);
	const last = events.findLast(
		(event) => statusEvents.has(event.name) && 'hospital' in event && event.hospital === address,
	);
	const reasoned = last?.name === 'HospitalRejected' || last?.name === 'HospitalSuspended' ? last : null;
	const read = async ({ reasonHash, registrar }: NonNullable<typeof reasoned>) => {
		const found = await findObject(deps, reasonSchema, reasonHash, [registrar]).catch(() => null);
		return found?.hospital === address ? found.text : null;
	};
	return { since: (last?.timestamp ?? appliedAt) * 1000, reason: reasoned && (await read(reasoned)) };
}

const statusEvents: ReadonlySet<string> = new Set([
	'HospitalApplied',
	'ApplicationWithdrawn',
	'HospitalApproved',
	'HospitalRejected',
	'HospitalSuspended',
	'HospitalReinstated',
]);

/** The reason goes to the registrar's clouds, where there are some; its digest is on chain either way. */
async function saveReason(deps: Deps, decision: Decision, { onStage, signal }: ActionOptions) {
	const { hospital, reason } = checkInput(reasonInput, decision);
	onStage?.('saving');
	const object = { v: 1, kind: 'reason', hospital, text: reason };
	const saved = deps.identity ? (await saveObject(deps, object, signal)).digest : await digestOfObject(object);
	return { hospital, reasonHash: saved };
}
