/** One line per patient, from the grants that this clinician holds and the histories that the hospital may add to. */
import { patientCode } from '#lib/i18n/index.ts';
import type { Address, GrantView } from '#lib/records/index.ts';
import { grants, patients } from '#lib/state/index.ts';

export interface PatientRow {
	address: Address;
	/** The name where it was shared, else a code. */
	name: string;
	/** The latest, open ones first; null when nothing was shared. */
	grant: GrantView | null;
	mayAddUntil: number | null;
}

/** Those who share now first, then by the latest event. */
export function patientRows(): PatientRow[] {
	const rows = new Map<Address, PatientRow>();
	const latest = [...grants.items].sort((a, b) => rank(b) - rank(a) || b.grantedAt - a.grantedAt);
	for (const grant of latest) {
		const { address, name } = grant.patient;
		if (!rows.has(address)) {
			rows.set(address, { address, name: name ?? patientCode(address), grant, mayAddUntil: null });
		}
	}
	for (const { patient, addingUntil, state } of patients.items) {
		if (state !== 'open') continue;
		const known = rows.get(patient.address);
		if (known) known.mayAddUntil = addingUntil;
		else {
			const name = patient.name ?? patientCode(patient.address);
			rows.set(patient.address, { address: patient.address, name, grant: null, mayAddUntil: addingUntil });
		}
	}
	return [...rows.values()];
}

function rank({ state }: GrantView): number {
	return state === 'open' ? 1 : 0;
}
