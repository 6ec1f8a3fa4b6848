/** The places of the app: where each role can go, what stands in its rail, and how to link to them. */
import { resolve } from '$app/paths';
import Building2 from '@lucide/svelte/icons/building-2';
import Cloud from '@lucide/svelte/icons/cloud';
import FolderHeart from '@lucide/svelte/icons/folder-heart';
import Hospital from '@lucide/svelte/icons/hospital';
import House from '@lucide/svelte/icons/house';
import Inbox from '@lucide/svelte/icons/inbox';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import UserRound from '@lucide/svelte/icons/user-round';
import UsersRound from '@lucide/svelte/icons/users-round';
import { m } from '#lib/i18n/index.ts';
import type { Role } from '#lib/records/index.ts';
import type { IconComponent } from '#lib/ui/icon.ts';

/** A link to a page of this site, right wherever the site lies: `at('/record?id=…')`. */
export function at(path: string): string {
	return resolve(path as '/');
}

/** Who may be on a page. `none`: an account that nobody has given a role yet. */
export interface Place {
	roles: readonly (Role | 'none')[];
	/** Only while the hospital acted for is approved and, for a clinician, the membership is active. */
	needsApproval?: boolean;
}

/** Pages by the first part of their path; a page that is not here is for everybody who is signed in. */
export const places: Readonly<Record<string, Place>> = {
	'/records': { roles: ['patient'] },
	'/add': { roles: ['patient'] },
	'/sharing': { roles: ['patient'] },
	'/request': { roles: ['patient'] },
	'/record': { roles: ['patient', 'clinician'] },
	'/storage': { roles: ['patient', 'clinician', 'hospital'] },
	'/patients': { roles: ['clinician'] },
	'/patient': { roles: ['clinician'] },
	'/requests': { roles: ['clinician'] },
	'/ask': { roles: ['clinician'], needsApproval: true },
	'/treat': { roles: ['clinician'], needsApproval: true },
	'/teams': { roles: ['hospital'], needsApproval: true },
	'/hospital': { roles: ['hospital', 'none'] },
	'/registrar': { roles: ['registrar'] },
};

export interface RailItem {
	path: string;
	label: () => string;
	icon: IconComponent;
}

const home: RailItem = { path: '/home', label: m.entry_nav_home, icon: House };
const log: RailItem = { path: '/log', label: m.entry_nav_log, icon: ScrollText };
const storage: RailItem = { path: '/storage', label: m.entry_nav_storage, icon: Cloud };
const hospitals: RailItem = { path: '/hospitals', label: m.entry_nav_hospitals, icon: Hospital };

/** At most five, the same in the rail and in the bar of a phone. */
export const rails: Readonly<Record<Role | 'none', readonly RailItem[]>> = {
	patient: [
		home,
		{ path: '/records', label: m.entry_nav_records, icon: FolderHeart },
		{ path: '/sharing', label: m.entry_nav_sharing, icon: UsersRound },
		log,
		storage,
	],
	clinician: [
		home,
		{ path: '/patients', label: m.entry_nav_patients, icon: UserRound },
		{ path: '/requests', label: m.entry_nav_requests, icon: Inbox },
		log,
		storage,
	],
	hospital: [
		home,
		{ path: '/teams', label: m.entry_nav_teams, icon: UsersRound },
		{ path: '/hospital', label: m.entry_nav_profile, icon: Building2 },
		log,
		storage,
	],
	registrar: [home, hospitals, log],
	none: [home, hospitals, log],
};

const roleWords: Readonly<Record<Role | 'none', () => string>> = {
	patient: m.entry_role_patient,
	clinician: m.entry_role_clinician,
	hospital: m.entry_role_hospital,
	registrar: m.entry_role_registrar,
	none: m.entry_role_none,
};

/** The role as a word, in the present language. */
export function roleWord(role: Role | null): string {
	return roleWords[role ?? 'none']();
}

/** The path of an address without the site's own base: '/record'. */
export function pathOf(pathname: string): string {
	const base = resolve('/').replace(/\/$/, '');
	const path = pathname.startsWith(base) ? pathname.slice(base.length) : pathname;
	return path.replace(/(\/index)?\.html$/, '').replace(/(.)\/$/, '$1') || '/';
}
