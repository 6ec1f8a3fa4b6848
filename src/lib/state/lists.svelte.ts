/** The lists of the open session, one of each, emptied when it ends or another role is taken. */
import type {
	AddedPatientView,
	AdderView,
	AdministratorView,
	Address,
	CloudAudit,
	CloudHealth,
	Deps,
	FilecoinProofs,
	GrantView,
	Holding,
	Outdated,
	PlacedView,
	RecordView,
	RequestView,
	TeamView,
	UnfinishedView,
} from '#lib/records/index.ts';
import { loadRecords, type RecordsModule } from './doors.ts';
import { Listing } from './listing.svelte.ts';
import type { Reading } from './public.svelte.ts';
import { session } from './session.svelte.ts';

const all: { clear(): void }[] = [];
let byPatient: Record<Address, Listing<RecordView>> = {};

session.onEnd(() => {
	for (const list of [...all, ...Object.values(byPatient)]) list.clear();
	byPatient = {};
});

class Requests extends Listing<RequestView> {
	/** Those that nobody has answered yet. */
	waiting = $derived(this.items.filter((request) => request.state === 'waiting'));
}

/** As a patient those to me; else those that I sent. */
export const requests = kept(
	new Requests(reading((records, deps) => records.listRequests(deps, { as: isPatient() ? 'patient' : 'requester' }))),
);

/** As a patient those that I gave; else those that I hold. */
export const grants = list<GrantView>((records, deps) =>
	records.listGrants(deps, { as: isPatient() ? 'patient' : 'grantee' }),
);

/** Hospitals that may add to this patient's history. */
export const adders = list<AdderView>((records, deps) => records.listAdders(deps));

/** The patient's own. */
export const records = list<RecordView>(async (module, deps) =>
	deps.account ? module.listRecords(deps, { patient: deps.account }) : [],
);

/** Documents whose upload stopped. */
export const unfinished = list<UnfinishedView>((module, deps) => module.listUnfinished(deps));

/** Records that are on the clouds and not on the chain, as the page was closed at the wallet's question. */
export const placed = list<PlacedView>((module, deps) => module.listPlaced(deps));

/** How much of it is still under locks of before the last revocation: one item. */
export const outdated = list<Outdated>(async (module, deps) => [await module.countOutdated(deps)]);

/** Patients who let the account's hospital add to their history, or opened something to it. */
export const patients = list<AddedPatientView>((module, deps) => module.listPatients(deps));

/** Teams of the hospital acted for. */
export const teams = list<TeamView>(async (module, deps) =>
	session.hospital ? module.readTeams(deps, session.hospital) : [],
);

/** Who runs the hospital acted for, and who was asked to. */
export const administrators = list<AdministratorView>(async (module, deps) =>
	session.hospital ? module.listAdministrators(deps, { hospital: session.hospital }) : [],
);

/** Whether each of this account's clouds takes and gives. */
export const clouds = list<CloudHealth>((module, deps) => module.checkClouds(deps));

/** What lies where: of the patient's own records, or of what the hospital's members added. */
export const holdings = list<Holding>(async (module, deps) => {
	const { hospital } = session;
	if (!isPatient()) return hospital ? module.listHoldings(deps, { hospital }) : [];
	return deps.account ? module.listHoldings(deps, { patient: deps.account }) : [];
});

/** What audits of the clouds found, the latest first, as this browser remembers it. */
export const audits = list<CloudAudit>((module, deps) => module.listAudits(deps));

/** What Filecoin's contracts say of the account's data sets there. */
export const filecoinProofs = list<FilecoinProofs>((module, deps) => module.listFilecoinProofs(deps));

/** A patient's records, as far as this account sees them; the same list for the same patient while the session lasts. */
export function recordsOf(patient: Address): Listing<RecordView> {
	byPatient[patient] ??= new Listing(reading((module, deps) => module.listRecords(deps, { patient })));
	return byPatient[patient];
}

/** With the eyes of the open session. Throws `wallet.locked`. */
export async function asSession(): Promise<Reading> {
	return [session.need(), await loadRecords()];
}

function isPatient(): boolean {
	return session.role === 'patient';
}

function list<T>(read: (records: RecordsModule, deps: Deps) => Promise<readonly T[]>): Listing<T> {
	return kept(new Listing<T>(reading(read)));
}

function reading<T>(read: (records: RecordsModule, deps: Deps) => Promise<readonly T[]>): () => Promise<readonly T[]> {
	return async () => read(await loadRecords(), session.need());
}

function kept<L extends { clear(): void }>(made: L): L {
	all.push(made);
	return made;
}
