/**
 * The administrators of a hospital: the account that applied, and whoever it asked to help and who accepted. Any of them offers the
 * office to others, takes an offer back, and ends an office, also the first one's; one always stays. The office is the contract's: it
 * lets an account change teams and the directory, and hand the office over. It does not bring the hospital's keyring with it, without
 * which nobody can give members their keys, so admitting and removing people stays with the account that applied.
 */
import * as chain from '#lib/chain/index.ts';
import type { Address, ChainEvent } from '#lib/chain/index.ts';
import { transact } from './act.ts';
import type { ActionOptions, Deps, Receipt } from './deps.ts';
import { administratorInput, checkInput } from './inputs.ts';
import { askAnew, historyOf } from './ledger.ts';
import { hospitalPerson, personView } from './people.ts';
import type { AdministratorView } from './types.ts';

export interface Office {
	hospital: Address;
	account: Address;
}

/** Asks an account to be an administrator too. Throws `records.invalid-input`, `chain.refused` (NotAdministrator, AlreadyAdministrator). */
export function offerAdministration(deps: Deps, office: Office, options: ActionOptions = {}): Promise<Receipt> {
	return changeOffice(deps, office, { change: chain.offerAdministration, options });
}

/** Accepts such an offer to this account. Throws `chain.refused` (NotOffered) once it was taken back. */
export function acceptAdministration(
	deps: Deps,
	{ hospital }: Pick<Office, 'hospital'>,
	options: ActionOptions = {},
): Promise<Receipt> {
	const registry = deps.chain.contracts.hospitalRegistry;
	return transact(deps, options, (wallet) => chain.acceptAdministration(wallet, { registry, hospital }));
}

/** Ends an administrator's office, or takes an offer back. Throws `chain.refused` (NotAdministrator, NotOffered, LastAdministrator). */
export function removeAdministrator(deps: Deps, office: Office, options: ActionOptions = {}): Promise<Receipt> {
	return changeOffice(deps, office, { change: chain.removeAdministrator, options });
}

/** Who runs a hospital, and who was asked to, in the order in which they came. Needs no wallet. Throws `chain.unreachable`. */
export async function listAdministrators(
	deps: Deps,
	{ hospital }: Pick<Office, 'hospital'>,
): Promise<AdministratorView[]> {
	askAnew(deps);
	const terms = termsIn(await historyOf(deps, hospital), hospital);
	return Promise.all(
		[...terms].map(async ([account, { state, since }]) => {
			const isHospital = account === hospital;
			const person = await (isHospital ? hospitalPerson(deps, hospital) : personView(deps, account, hospital));
			return { person, state, since: since * 1000, isHospital };
		}),
	);
}

/**
 * Hospitals that an account is an administrator of, and those that asked it to be. They are found among `known` ones (where it works,
 * its own) and those that its history names; whether it is, the contract says. On a node that does not answer for the whole chain at
 * once, a history does not name who made an offer: there only hospitals where the account works are found.
 */
export async function officesOf(deps: Deps, account: Address, known: readonly Address[]) {
	const named = (await historyOf(deps, account)).filter((event) => event.name === 'AdministratorOffered');
	const hospitals = [...new Set([...known, ...named.map(({ hospital }) => hospital)])];
	const states = await Promise.all(hospitals.map((hospital) => stateOf(deps, { hospital, account })));
	return {
		offices: hospitals.filter((_, index) => states[index]?.isOne),
		offers: hospitals.filter((_, index) => states[index]?.isOffered),
	};
}

async function stateOf({ client, chain: config }: Deps, office: Office) {
	const place = { registry: config.contracts.hospitalRegistry, ...office };
	const [isOne, isOffered] = await Promise.all([
		chain.isAdministrator(client, place),
		chain.isOfferedAdministration(client, place),
	]);
	return { isOne, isOffered };
}

async function changeOffice(
	deps: Deps,
	office: Office,
	{ change, options }: { change: typeof chain.offerAdministration; options: ActionOptions },
): Promise<Receipt> {
	const { hospital, account } = checkInput(administratorInput, office);
	const registry = deps.chain.contracts.hospitalRegistry;
	return transact(deps, options, (wallet) => change(wallet, { registry, hospital, account }));
}

/** What a hospital's events come to: who is in office and who is asked, since when (seconds). */
function termsIn(events: readonly ChainEvent[], hospital: Address) {
	const terms = new Map<Address, { state: AdministratorView['state']; since: number }>();
	for (const event of events) {
		if (!('hospital' in event) || event.hospital !== hospital) continue;
		const since = event.timestamp;
		if (event.name === 'HospitalApproved') terms.set(hospital, { state: 'in-office', since });
		if (event.name === 'AdministratorOffered') terms.set(event.account, { state: 'offered', since });
		if (event.name === 'AdministratorAdded') terms.set(event.account, { state: 'in-office', since });
		if (event.name === 'AdministratorRemoved') terms.delete(event.account);
	}
	return terms;
}
