/** The sentence above the list of hospitals: which states, which country. */
import type { HospitalStatus, HospitalView } from '#lib/records/index.ts';

/** What the sentence above the list asks for: one of these, and a country or `every`. */
export type StatusChoice = 'all' | 'approved' | 'waiting' | 'others';

/** The hospitals that fit, approved ones first, then by name. */
export function fittingHospitals(
	hospitals: readonly HospitalView[],
	status: string,
	country: string,
): readonly HospitalView[] {
	const group: Record<HospitalStatus, StatusChoice> = {
		approved: 'approved',
		applied: 'waiting',
		rejected: 'others',
		suspended: 'others',
		withdrawn: 'others',
	};
	const order = ['approved', 'waiting', 'others'];
	return hospitals
		.filter((hospital) => status === 'all' || group[hospital.status] === status)
		.filter((hospital) => country === 'every' || hospital.profile?.country === country)
		.toSorted(
			(a, b) =>
				order.indexOf(group[a.status]) - order.indexOf(group[b.status]) ||
				(a.profile?.name ?? '').localeCompare(b.profile?.name ?? ''),
		);
}
