/** How each state of a hospital, a request and a grant looks: its word, the colour that helps to find it, its icon. */
import Ban from '@lucide/svelte/icons/ban';
import Check from '@lucide/svelte/icons/check';
import Clock from '@lucide/svelte/icons/clock';
import Hourglass from '@lucide/svelte/icons/hourglass';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import Users from '@lucide/svelte/icons/users';
import { m } from '#lib/i18n/index.ts';
import type { IconComponent } from './icon.ts';
import type { TagKind } from './kinds.ts';

export interface Status {
	kind: TagKind;
	text: string;
	icon: IconComponent | undefined;
}

/** A hospital's standing with the registrar. */
export function hospitalStatus(status: 'applied' | 'withdrawn' | 'approved' | 'rejected' | 'suspended'): Status {
	switch (status) {
		case 'applied':
			return { kind: 'wait', text: m.words_hospital_applied(), icon: Hourglass };
		case 'withdrawn':
			return { kind: 'plain', text: m.words_hospital_withdrawn(), icon: undefined };
		case 'approved':
			return { kind: 'good', text: m.words_hospital_approved(), icon: ShieldCheck };
		case 'rejected':
			return { kind: 'plain', text: m.words_hospital_rejected(), icon: Ban };
		case 'suspended':
			return { kind: 'bad', text: m.words_hospital_suspended(), icon: Ban };
	}
}

/** A request for access, as the patient or the requester sees it. */
export function requestStatus(
	state: 'waiting' | 'approved' | 'narrowed' | 'denied' | 'withdrawn' | 'lapsed',
	as: 'patient' | 'requester',
): Status {
	switch (state) {
		case 'waiting': {
			const text = as === 'patient' ? m.words_request_waiting_patient() : m.words_request_waiting_requester();
			return { kind: 'wait', text, icon: Hourglass };
		}
		case 'approved':
			return { kind: 'good', text: m.words_request_approved(), icon: Check };
		case 'narrowed':
			return { kind: 'good', text: m.words_request_narrowed(), icon: Check };
		case 'denied':
			return { kind: 'plain', text: m.words_request_denied(), icon: Ban };
		case 'withdrawn':
			return { kind: 'plain', text: m.words_request_withdrawn(), icon: undefined };
		case 'lapsed':
			return { kind: 'plain', text: m.words_request_lapsed(), icon: Clock };
	}
}

/** A grant: open, run out, or stopped. */
export function grantStatus(state: 'open' | 'ended' | 'revoked'): Status {
	switch (state) {
		case 'open':
			return { kind: 'shared', text: m.words_grant_open(), icon: Users };
		case 'ended':
			return { kind: 'plain', text: m.words_grant_ended(), icon: undefined };
		case 'revoked':
			return { kind: 'plain', text: m.words_grant_revoked(), icon: undefined };
	}
}
