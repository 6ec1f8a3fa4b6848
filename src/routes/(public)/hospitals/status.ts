/** How each state of a hospital is said and found. */
import Ban from '@lucide/svelte/icons/ban';
import Check from '@lucide/svelte/icons/check';
import Hourglass from '@lucide/svelte/icons/hourglass';
import { m } from '#lib/i18n/index.ts';
import type { HospitalStatus, HospitalView } from '#lib/records/index.ts';
import type { IconComponent } from '#lib/ui/icon.ts';
import type { TagKind } from '#lib/ui/kinds.ts';

interface StatusTag {
	kind: TagKind;
	text: string;
	icon?: IconComponent;
}

export function statusTag(status: HospitalStatus): StatusTag {
	switch (status) {
		case 'applied':
			return { kind: 'wait', text: m.public_status_applied(), icon: Hourglass };
		case 'approved':
			return { kind: 'good', text: m.public_status_approved(), icon: Check };
		case 'rejected':
			return { kind: 'plain', text: m.public_status_rejected(), icon: Ban };
		case 'suspended':
			return { kind: 'bad', text: m.public_status_suspended(), icon: Ban };
		case 'withdrawn':
			return { kind: 'plain', text: m.public_status_withdrawn() };
	}
}

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
