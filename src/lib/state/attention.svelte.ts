/**
 * What waits for the person, counted for the bell and listed on the home page: made from the lists that the screens show anyway. The
 * words are the screens' own.
 */
import type { Role } from '#lib/records/index.ts';
import { audits, clouds, grants, records, requests } from './lists.svelte.ts';
import { hospitals } from './public.svelte.ts';
import { session } from './session.svelte.ts';
import { uploads } from './uploads.svelte.ts';

/** A grant that ends within this time is worth a word. */
const endingSoonMs = 3 * 24 * 60 * 60 * 1000;

export type AttentionKind =
	| 'request' // someone waits for the patient's answer
	| 'grant-ending' // a reader's access ends soon
	| 'cloud' // one of the account's clouds does not answer, or refuses
	| 'audit' // an audit found that a cloud lost something
	| 'office-offer' // a hospital asks the account to be one of its administrators
	| 'authority' // approved, but the hospital's own key is not published, so members get no keys
	| 'pending-copy' // records with fewer copies than wanted
	| 'application' // hospitals wait for the registrar
	| 'upload-failed';

export interface AttentionItem {
	kind: AttentionKind;
	count: number;
	/** A path of this site, without its base. */
	href: string;
}

export class Attention {
	items: readonly AttentionItem[] = $derived.by(() => this.#candidates().filter((item) => item.count > 0));
	count = $derived(this.items.reduce((sum, item) => sum + item.count, 0));

	/** Reads the lists that the role's counts come from. Never throws. */
	async load(): Promise<void> {
		if (!session.deps) return;
		const { role } = session;
		const wanted = role ? listsFor[role] : [];
		await Promise.all(wanted.map((list) => list.load()));
	}

	#candidates(): AttentionItem[] {
		const { role, accountView } = session;
		const soon = Date.now() + endingSoonMs;
		const ending = grants.items.filter((grant) => grant.state === 'open' && grant.expiresAt < soon);
		const silent = clouds.items.filter(
			({ state }) => state === 'no-answer' || state === 'stalled' || state === 'refused',
		);
		// The latest come first.
		const latest = audits.items.filter(({ store }, i) => audits.items.findIndex((one) => one.store === store) === i);
		const damaged = latest.filter(({ state }) => state === 'damaged');
		const { office, isAdministrator, hasHospitalKeys } = session;
		const lacksKey = office?.status === 'approved' && !office.hasAuthority && isAdministrator && hasHospitalKeys;
		const item = (kind: AttentionKind, href: string, count: number): AttentionItem => ({ kind, count, href });
		const offers = item('office-offer', '/home', accountView?.offers.length ?? 0);
		const storage = [
			item('cloud', '/storage', silent.length),
			item('audit', '/storage', damaged.length),
			item('upload-failed', '/records', uploads.failed.length),
		];
		switch (role) {
			case 'patient':
				return [
					offers,
					item('request', '/sharing', requests.waiting.length),
					item('grant-ending', '/sharing', ending.length),
					item('pending-copy', '/storage', records.items.filter((record) => record.pending.length > 0).length),
					...storage,
				];
			case 'clinician':
				return [offers, item('grant-ending', '/patients', ending.length), ...storage];
			case 'hospital':
				return [offers, item('authority', '/home', lacksKey ? 1 : 0), ...storage];
			case 'registrar':
				return [item('application', '/registrar', hospitals.items.filter(({ status }) => status === 'applied').length)];
			case null:
				return [offers];
		}
	}
}

const listsFor: Record<Role, readonly { load(): Promise<void> }[]> = {
	patient: [requests, grants, records, clouds, audits],
	clinician: [grants, clouds],
	hospital: [clouds, audits],
	registrar: [hospitals],
};

export const attention = new Attention();
