/**
 * A line of the log as a person reads it: one sentence, a second line, a status. `me` is the reader's own address, if they have one here:
 * then it says "you". Names stand in Unicode isolates, so that Latin names keep their order in an Arabic sentence and the other way.
 */
import Ban from '@lucide/svelte/icons/ban';
import Building2 from '@lucide/svelte/icons/building-2';
import Check from '@lucide/svelte/icons/check';
import Eraser from '@lucide/svelte/icons/eraser';
import Hourglass from '@lucide/svelte/icons/hourglass';
import KeyRound from '@lucide/svelte/icons/key-round';
import Plus from '@lucide/svelte/icons/plus';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import ShieldQuestion from '@lucide/svelte/icons/shield-question-mark';
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';
import UsersRound from '@lucide/svelte/icons/users-round';
import { formatDate, m } from '#lib/i18n/index.ts';
import type { LogEntry, LogKind, PersonView } from '#lib/records/index.ts';
import type { IconComponent } from '#lib/ui/icon.ts';
import type { TagKind } from '#lib/ui/kinds.ts';
import { shortAddress } from '#lib/ui/short-address.ts';

export interface Line {
	text: string;
	detail: string;
	tag: { kind: TagKind; text: string; icon?: IconComponent };
}

export function lineOf(entry: LogEntry, me: string | null): Line {
	return { text: sentence(entry, me), detail: detail(entry), tag: tags[entry.kind]() };
}

/** The sentence without isolates and joiners, for exported tables. */
export function plainSentence(entry: LogEntry, me: string | null): string {
	return sentence(entry, me).replaceAll(/[\u2060\u2066-\u2069]/gu, '');
}

/** Name, else short address, in an isolate. */
export function nameOf(person: PersonView | null): string {
	if (person === null) return m.public_log_someone();
	return person.name ? `\u2068${person.name}\u2069` : shortCode(person.address);
}

/** A hash or address, shortened, left to right in any sentence and never broken in two. */
export function shortCode(code: string): string {
	return `\u2066${shortAddress(code).replace('…', '\u2060…\u2060')}\u2069`;
}

type Bent = { to: string; with: string; from: string; for: string };

/** The other side after each preposition; in Arabic "you" is written into it. */
function bend(person: PersonView | null, me: string | null): Bent {
	if (person !== null && person.address === me) {
		return {
			to: m.public_log_to_you(),
			with: m.public_log_with_you(),
			from: m.public_log_from_you(),
			for: m.public_log_for_you(),
		};
	}
	const name = nameOf(person);
	return {
		to: m.public_log_to({ name }),
		with: m.public_log_with({ name }),
		from: m.public_log_from({ name }),
		for: m.public_log_for({ name }),
	};
}

function sentence(entry: LogEntry, me: string | null): string {
	const doer = entry.actor ?? entry.subject;
	const actor = doer !== null && doer.address === me ? m.public_log_you_first() : nameOf(doer);
	const subject = nameOf(entry.subject);
	const object = nameOf(entry.object);
	const toSubject = bend(entry.subject, me);
	const toObject = bend(entry.object, me);
	switch (entry.kind) {
		case 'access-requested':
			return m.public_line_access_requested({ actor, to: toSubject.to });
		case 'request-withdrawn':
			return m.public_line_request_withdrawn({ actor, to: toSubject.to });
		case 'request-denied':
			return m.public_line_request_denied({ actor, from: toObject.from });
		case 'access-granted':
			return m.public_line_access_granted({ actor, with: toObject.with });
		case 'access-revoked':
			return m.public_line_access_revoked({ actor, with: toObject.with });
		case 'adding-allowed':
			return m.public_line_adding_allowed({ actor, for: toObject.for });
		case 'adding-stopped':
			return m.public_line_adding_stopped({ actor, for: toObject.for });
		case 'record-added':
			return entry.subject === null || entry.subject.address === doer?.address
				? m.public_line_record_added_own({ actor })
				: m.public_line_record_added({ actor, for: toSubject.for });
		case 'record-erased':
			return m.public_line_record_erased({ actor });
		case 'hospital-applied':
			return m.public_line_hospital_applied({ actor });
		case 'application-withdrawn':
			return m.public_line_application_withdrawn({ actor });
		case 'hospital-approved':
			return m.public_line_hospital_approved({ actor, subject });
		case 'hospital-rejected':
			return m.public_line_hospital_rejected({ actor, subject });
		case 'hospital-suspended':
			return m.public_line_hospital_suspended({ actor, subject });
		case 'hospital-reinstated':
			return m.public_line_hospital_reinstated({ actor, subject });
		case 'authority-published':
			return m.public_line_authority_published({ actor });
		case 'team-added':
			return m.public_line_team_added({ actor });
		case 'directory-changed':
			return m.public_line_directory_changed({ actor });
		case 'member-added':
			return m.public_line_member_added({ actor, object });
		case 'member-removed':
			return m.public_line_member_removed({ actor, object });
		case 'keys-published':
			return m.public_line_keys_published({ actor });
		case 'keyring-changed':
			return m.public_line_keyring_changed({ actor });
		case 'record-amended':
			return m.public_line_record_amended({ actor: nameOf(entry.subject) });
		case 'records-resealed':
			return m.public_line_records_resealed({ actor });
		case 'all-access-revoked':
			return m.public_line_all_access_revoked({ actor });
		case 'keys-delivered':
			return m.public_line_keys_delivered({ actor, to: toObject.to });
		case 'reading-confirmed':
			return m.public_line_reading_confirmed({ actor, for: toSubject.for });
		case 'glass-broken':
			return m.public_line_glass_broken({ actor, for: toSubject.for });
		case 'permission-cancelled':
			return m.public_line_permission_cancelled({ actor });
		case 'administrator-offered':
			return m.public_line_administrator_offered({ actor, object });
		case 'administrator-added':
			return m.public_line_administrator_added({ actor, object });
		case 'administrator-removed':
			return m.public_line_administrator_removed({ actor, object });
		case 'team-renamed':
			return m.public_line_team_renamed({ actor });
		case 'team-retired':
			return m.public_line_team_retired({ actor });
		case 'audit-opened':
			return m.public_line_audit_opened({ actor, for: toSubject.for });
		case 'audit-answered':
			return m.public_line_audit_answered({ actor, for: toSubject.for });
		case 'audit-failure':
			return m.public_line_audit_failure({ actor, for: toSubject.for });
	}
}

/** Role and place of the person who is not the patient, and an end, where known. */
function detail(entry: LogEntry): string {
	const person = [entry.object, entry.actor].find((each) => each?.hospitalName && each.hospitalName !== each.name);
	const place = person
		? [person.title, person.hospitalName].filter(Boolean).map((text) => `\u2068${String(text)}\u2069`)
		: [];
	const until = entry.expiresAt === null ? [] : [m.public_log_until({ date: formatDate(entry.expiresAt) })];
	return [...place, ...until].join(' · ');
}

const tags: Record<LogKind, () => Line['tag']> = {
	'access-requested': () => ({ kind: 'wait', text: m.public_tag_asked(), icon: Hourglass }),
	'request-withdrawn': () => ({ kind: 'plain', text: m.public_tag_withdrawn() }),
	'request-denied': () => ({ kind: 'plain', text: m.public_tag_denied(), icon: Ban }),
	'access-granted': () => ({ kind: 'good', text: m.public_tag_approved(), icon: Check }),
	'access-revoked': () => ({ kind: 'plain', text: m.public_tag_ended() }),
	'adding-allowed': () => ({ kind: 'good', text: m.public_tag_may_add(), icon: Check }),
	'adding-stopped': () => ({ kind: 'plain', text: m.public_tag_may_not_add() }),
	'record-added': () => ({ kind: 'shared', text: m.public_tag_added(), icon: Plus }),
	'record-erased': () => ({ kind: 'plain', text: m.public_tag_erased(), icon: Eraser }),
	'hospital-applied': () => ({ kind: 'wait', text: m.public_tag_applied(), icon: Hourglass }),
	'application-withdrawn': () => ({ kind: 'plain', text: m.public_tag_withdrawn() }),
	'hospital-approved': () => ({ kind: 'good', text: m.public_tag_hospital_approved(), icon: Check }),
	'hospital-rejected': () => ({ kind: 'plain', text: m.public_tag_rejected(), icon: Ban }),
	'hospital-suspended': () => ({ kind: 'bad', text: m.public_tag_suspended(), icon: Ban }),
	'hospital-reinstated': () => ({ kind: 'good', text: m.public_tag_reinstated(), icon: Check }),
	'authority-published': () => ({ kind: 'plain', text: m.public_tag_public_key(), icon: Building2 }),
	'team-added': () => ({ kind: 'plain', text: m.public_tag_team(), icon: UsersRound }),
	'directory-changed': () => ({ kind: 'plain', text: m.public_tag_team(), icon: UsersRound }),
	'member-added': () => ({ kind: 'shared', text: m.public_tag_key(), icon: KeyRound }),
	'member-removed': () => ({ kind: 'plain', text: m.public_tag_left() }),
	'keys-published': () => ({ kind: 'plain', text: m.public_tag_public_key(), icon: KeyRound }),
	'keyring-changed': () => ({ kind: 'plain', text: m.public_tag_settings() }),
	'record-amended': () => ({ kind: 'shared', text: m.public_tag_corrected(), icon: Plus }),
	'records-resealed': () => ({ kind: 'plain', text: m.public_tag_new_locks(), icon: KeyRound }),
	'all-access-revoked': () => ({ kind: 'plain', text: m.public_tag_ended() }),
	'keys-delivered': () => ({ kind: 'shared', text: m.public_tag_key(), icon: KeyRound }),
	'reading-confirmed': () => ({ kind: 'shared', text: m.public_tag_read(), icon: Check }),
	'glass-broken': () => ({ kind: 'bad', text: m.public_tag_emergency(), icon: Ban }),
	'permission-cancelled': () => ({ kind: 'plain', text: m.public_tag_withdrawn() }),
	'administrator-offered': () => ({ kind: 'plain', text: m.public_tag_team(), icon: UsersRound }),
	'administrator-added': () => ({ kind: 'plain', text: m.public_tag_team(), icon: UsersRound }),
	'administrator-removed': () => ({ kind: 'plain', text: m.public_tag_team(), icon: UsersRound }),
	'team-renamed': () => ({ kind: 'plain', text: m.public_tag_team(), icon: UsersRound }),
	'team-retired': () => ({ kind: 'plain', text: m.public_tag_team(), icon: UsersRound }),
	'audit-opened': () => ({ kind: 'plain', text: m.public_tag_audit(), icon: ShieldQuestion }),
	'audit-answered': () => ({ kind: 'good', text: m.public_tag_audit_answered(), icon: ShieldCheck }),
	'audit-failure': () => ({ kind: 'wait', text: m.public_tag_audit_failure(), icon: TriangleAlert }),
};
