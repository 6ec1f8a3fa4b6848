/** Standing consents: hospitals whose members may add to a patient's records. Adding is not reading. */
import * as chain from '#lib/chain/index.ts';
import type { Address, ChainEvent } from '#lib/chain/index.ts';
import { type ActionOptions, type Deps, type Receipt } from './deps.ts';
import { addingInput, checkInput } from './inputs.ts';
import { askAnew, historyOf, hospitalEntry } from './ledger.ts';
import { hospitalPerson, personView } from './people.ts';
import type { AddedPatientView, AdderView } from './types.ts';
import { requireIdentity, transact } from './act.ts';
import { patientName } from './patient-name.ts';

/** Lets members of a hospital add records until a time (milliseconds). Throws `records.not-approved`, `chain.refused`. */
export function allowAdding(
	deps: Deps,
	parameters: { hospital: Address; expiresAt: number },
	options: ActionOptions = {},
): Promise<Receipt> {
	const { hospital, expiresAt } = checkInput(addingInput, parameters);
	const registry = deps.chain.contracts.consentRegistry;
	const consent = { registry, hospital, expiresAt: Math.floor(expiresAt / 1000) };
	return transact(deps, options, (wallet) => chain.allowAdding(wallet, consent), chain.allowAddingMessage(consent));
}

/** Ends a hospital's standing consent. Throws `records.no-consent`. */
export function stopAdding(
	deps: Deps,
	{ hospital }: { hospital: Address },
	options: ActionOptions = {},
): Promise<Receipt> {
	const registry = deps.chain.contracts.consentRegistry;
	const consent = { registry, hospital };
	return transact(deps, options, (wallet) => chain.stopAdding(wallet, consent), chain.stopAddingMessage(consent));
}

/** Hospitals that may add, or might, to this patient's records; the latest first. */
export async function listAdders(deps: Deps): Promise<AdderView[]> {
	askAnew(deps);
	const { account: patient } = requireIdentity(deps);
	const consents = standingConsents(await historyOf(deps, patient)).filter((consent) => consent.patient === patient);
	return Promise.all(
		consents.map(async ({ hospital, expiresAt, state }) => ({
			hospital: await hospitalPerson(deps, hospital),
			expiresAt,
			state,
		})),
	);
}

/** Patients who let this account's hospitals add to their records: its own, and those where it works. The latest first. */
export async function listPatients(deps: Deps): Promise<AddedPatientView[]> {
	askAnew(deps);
	const { account } = requireIdentity(deps);
	const hospitals = await hospitalsOf(deps, account);
	const perHospital = await Promise.all(
		hospitals.map(async (hospital) => {
			const consents = standingConsents(await historyOf(deps, hospital));
			return consents.filter((consent) => consent.hospital === hospital);
		}),
	);
	return Promise.all(
		perHospital.flat().map(async ({ patient, hospital, expiresAt, state }) => {
			const person = await personView(deps, patient);
			const name = await patientName(deps, patient);
			return { hospital, patient: { ...person, name }, addingUntil: expiresAt, state };
		}),
	);
}

/** The account itself, where it is an approved hospital, and every hospital of which it is an active member. */
async function hospitalsOf(deps: Deps, account: Address): Promise<Address[]> {
	const { client, chain: config } = deps;
	const [own, memberships] = await Promise.all([
		hospitalEntry(deps, account),
		chain.readMemberships(client, config.contracts, { member: account }),
	]);
	const active = memberships.filter((membership) => membership.active).map(({ hospital }) => hospital);
	return own?.status === 'approved' ? [account, ...active] : active;
}

interface StandingConsent {
	patient: Address;
	hospital: Address;
	/** Milliseconds since 1970. */
	expiresAt: number;
	state: 'open' | 'ended';
}

/** The last word of each patient on each hospital, the latest first. */
function standingConsents(events: readonly ChainEvent[]): StandingConsent[] {
	const consents = new Map<string, StandingConsent>();
	for (const event of events) {
		if (event.name !== 'AddingAllowed' && event.name !== 'AddingStopped') continue;
		const { patient, hospital } = event;
		const expiresAt = (event.name === 'AddingAllowed' ? event.expiresAt : event.timestamp) * 1000;
		const state = event.name === 'AddingAllowed' && expiresAt > Date.now() ? 'open' : 'ended';
		consents.delete(`${patient} ${hospital}`);
		consents.set(`${patient} ${hospital}`, { patient, hospital, expiresAt, state });
	}
	return [...consents.values()].reverse();
}
