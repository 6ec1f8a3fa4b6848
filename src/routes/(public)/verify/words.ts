/** What each finding, and each fault of a node, is called: a few words, and a sentence. Names stand in isolates, as in the log. */
import { formatDate, formatDuration, formatList, m, roleWord } from '#lib/i18n/index.ts';
import type { Evidence, FactName, Fault, Finding, FindingName, Outcome, Verification } from '#lib/records/index.ts';
import { hospitalStatus } from '#lib/ui/status.ts';
import { hostOf } from '../../host-of.ts';
import { nameOf } from '../log/lines.ts';

export interface Words {
	title: string;
	text: string;
}

type Say = (finding: Finding) => Words;

/** Both of them without anything to fill in. */
const plain =
	(title: () => string, text: () => string): Say =>
	() => ({ title: title(), text: text() });

const said: Record<FindingName, Say> = {
	'number-unknown': plain(m.verify_number_unknown, m.verify_number_unknown_text),
	'record-known': (finding) => ({
		title: m.verify_record_known(),
		text: m.verify_record_known_text({ date: day(finding.at), block: finding.block ?? 0 }),
	}),
	'record-event-missing': ({ at }) => ({
		title: m.verify_record_event_missing(),
		text: m.verify_record_event_missing_text({ date: day(at) }),
	}),
	'record-other-patient': plain(m.verify_record_other_patient, m.verify_record_other_patient_text),
	'record-id-fits': plain(m.verify_record_id_fits, m.verify_record_id_fits_text),
	'record-id-forged': plain(m.verify_record_id_forged, m.verify_record_id_forged_text),
	'record-entry-differs': plain(m.verify_record_entry_differs, m.verify_record_entry_differs_text),
	'header-found': ({ clouds = [] }) => ({
		title: m.verify_header_found(),
		text: m.verify_header_found_text({
			count: clouds.filter(({ state }) => state === 'has').length,
			total: clouds.length,
		}),
	}),
	'header-given': plain(m.verify_header_given, m.verify_header_given_text),
	'header-some-wrong': (finding) => ({
		title: m.verify_header_some_wrong(),
		text: m.verify_header_some_wrong_text({ clouds: wrongClouds(finding) }),
	}),
	'header-of-another': plain(m.verify_header_of_another, m.verify_header_of_another_text),
	'header-other-pieces': plain(m.verify_header_other_pieces, m.verify_header_other_pieces_text),
	'header-malformed': plain(m.verify_header_malformed, m.verify_header_malformed_text),
	'header-wrong': (finding) => ({
		title: m.verify_header_wrong(),
		text: m.verify_header_wrong_text({ clouds: wrongClouds(finding) }),
	}),
	'header-missing': plain(m.verify_header_missing, m.verify_header_missing_text),
	'header-no-answer': plain(m.verify_header_no_answer, m.verify_header_no_answer_text),
	'header-no-clouds': plain(m.verify_header_no_clouds, m.verify_header_no_clouds_text),
	'author-patient': plain(m.verify_author_patient, m.verify_author_patient_text),
	'author-member': ({ person, hospital, role }) => ({
		title: m.verify_author_member(),
		text: m.verify_author_member_text({
			person: nameOf(person ?? null),
			hospital: nameOf(hospital ?? null),
			role: roleWord(role ?? ''),
		}),
	}),
	'author-no-member': ({ person }) => ({
		title: m.verify_author_no_member(),
		text: m.verify_author_no_member_text({ person: nameOf(person ?? null) }),
	}),
	'hospital-approved': ({ hospital, at }) => ({
		title: m.verify_hospital_approved(),
		text: m.verify_hospital_approved_text({ hospital: nameOf(hospital ?? null), date: day(at) }),
	}),
	'hospital-not-approved': ({ hospital, status }) => ({
		title: m.verify_hospital_not_approved(),
		text: m.verify_hospital_not_approved_text({ hospital: nameOf(hospital ?? null), status: statusWord(status) }),
	}),
	'hospital-later': ({ hospital, status, at }) => ({
		title: m.verify_hospital_later(),
		text: m.verify_hospital_later_text({
			hospital: nameOf(hospital ?? null),
			status: statusWord(status),
			date: day(at),
		}),
	}),
	'consent-stood': ({ hospital, until }) => ({
		title: m.verify_consent_stood(),
		text: m.verify_consent_stood_text({ hospital: nameOf(hospital ?? null), date: day(until) }),
	}),
	'consent-missing': ({ hospital }) => ({
		title: m.verify_consent_missing(),
		text: m.verify_consent_missing_text({ hospital: nameOf(hospital ?? null) }),
	}),
	'since-nothing': plain(m.verify_since_nothing, m.verify_since_nothing_text),
	'since-erased': ({ at }) => ({
		title: m.verify_since_erased(),
		text: m.verify_since_erased_text({ date: day(at) }),
	}),
	'since-corrected': ({ at }) => ({
		title: m.verify_since_corrected(),
		text: m.verify_since_corrected_text({ date: day(at) }),
	}),
	'since-corrects': plain(m.verify_since_corrects, m.verify_since_corrects_text),
	'audit-no-root': plain(m.verify_audit_no_root, m.verify_audit_no_root_text),
	'audit-root': plain(m.verify_audit_root, m.verify_audit_root_text),
	'contents-sealed': plain(m.verify_contents_sealed, m.verify_contents_sealed_text),
	'transaction-succeeded': ({ block = 0, count = 0 }) => ({
		title: m.verify_transaction_succeeded(),
		text: m.verify_transaction_succeeded_text({ block, count }),
	}),
	'transaction-failed': ({ block = 0 }) => ({
		title: m.verify_transaction_failed(),
		text: m.verify_transaction_failed_text({ block }),
	}),
	'transaction-foreign': plain(m.verify_transaction_foreign, m.verify_transaction_foreign_text),
	'log-fits': ({ count = 0 }) => ({ title: m.verify_log_fits({ count }), text: m.verify_log_fits_text() }),
	'log-changed': ({ count = 0 }) => ({ title: m.verify_log_changed({ count }), text: m.verify_log_changed_text() }),
	'log-added': ({ count = 0 }) => ({ title: m.verify_log_added({ count }), text: m.verify_log_added_text() }),
	'log-missing': ({ count = 0 }) => ({ title: m.verify_log_missing({ count }), text: m.verify_log_missing_text() }),
	'log-complete': ({ block = 0 }) => ({
		title: m.verify_log_complete(),
		text: m.verify_log_complete_text({ block }),
	}),
	'log-part': plain(m.verify_log_part, m.verify_log_part_text),
	'log-other-network': plain(m.verify_log_other_network, m.verify_log_other_network_text),
	'log-empty': plain(m.verify_log_empty, m.verify_log_empty_text),
	'log-names': plain(m.verify_log_names, m.verify_log_names_text),
	'log-fhir': plain(m.verify_log_fhir, m.verify_log_fhir_text),
	'object-named': plain(m.verify_object_named, m.verify_object_named_text),
	'object-not-named': plain(m.verify_object_not_named, m.verify_object_not_named_text),
	'object-lock': plain(m.verify_object_lock, m.verify_object_lock_text),
	'file-sealed': plain(m.verify_file_sealed, m.verify_file_sealed_text),
	'state-fits': ({ block = 0 }) => ({ title: m.verify_state_fits(), text: m.verify_state_fits_text({ block }) }),
	'state-differs': ({ block = 0 }) => ({
		title: m.verify_state_differs(),
		text: m.verify_state_differs_text({ block }),
	}),
	'state-too-new': ({ block = 0 }) => ({
		title: m.verify_state_too_new(),
		text: m.verify_state_too_new_text({ block }),
	}),
};

export function wordsOf(finding: Finding): Words {
	return said[finding.name](finding);
}

const outcomeWords: Record<Outcome, () => string> = {
	good: m.verify_tag_good,
	note: m.verify_tag_note,
	bad: m.verify_tag_bad,
	open: m.verify_tag_open,
};

export function outcomeWord(outcome: Outcome): string {
	return outcomeWords[outcome]();
}

const factWords: Record<FactName, () => string> = {
	record: m.verify_fact_record,
	patient: m.verify_fact_patient,
	author: m.verify_fact_author,
	hospital: m.verify_fact_hospital,
	header: m.verify_fact_header,
	root: m.verify_fact_root,
	address: m.verify_fact_address,
	transaction: m.verify_fact_transaction,
	block: m.verify_fact_block,
	digest: m.verify_fact_digest,
};

export function factWord(name: FactName): string {
	return factWords[name]();
}

/** The whole: one bad finding makes all of it bad, and what was not checked never makes it good. */
export function overall(findings: readonly Finding[]): 'good' | 'bad' | 'open' {
	if (findings.some(({ outcome }) => outcome === 'bad')) return 'bad';
	return findings.some(({ outcome }) => outcome === 'good') ? 'good' : 'open';
}

type Kind = Verification['subject']['kind'];
const verdicts: Record<Kind, Record<'good' | 'bad', () => string>> = {
	record: { good: m.verify_record_good, bad: m.verify_record_bad },
	transaction: { good: m.verify_transaction_good, bad: m.verify_transaction_bad },
	number: { good: m.verify_open, bad: m.verify_number_bad },
	log: { good: m.verify_log_good, bad: m.verify_log_bad },
	file: { good: m.verify_file_good, bad: m.verify_file_bad },
};

/** The whole in a few words. */
export function verdictWords(kind: Kind, outcome: 'good' | 'bad' | 'open'): string {
	return outcome === 'open' ? m.verify_open() : verdicts[kind][outcome]();
}

/** A node's fault in a sentence, and what shows it. */
export function faultWords(fault: Fault): string {
	switch (fault.kind) {
		case 'no-answer':
			return m.verify_fault_no_answer();
		case 'wrong-chain':
			return m.verify_fault_wrong_chain({ id: fault.chainId });
		case 'behind':
			return m.verify_fault_behind({ time: formatDuration(fault.seconds * 1000), block: fault.block });
		case 'other-block':
			return withEvidence(m.verify_fault_other_block({ block: fault.block }), fault.evidence);
		case 'leaves-out':
			return withEvidence(m.verify_fault_leaves_out({ block: fault.event.blockNumber }), fault.evidence);
		case 'makes-up': {
			const block = fault.event.blockNumber;
			const isShown = fault.evidence !== 'none';
			const text = isShown ? m.verify_fault_makes_up({ block }) : m.verify_fault_has_alone({ block });
			return withEvidence(text, fault.evidence);
		}
		case 'changes':
			return withEvidence(m.verify_fault_changes({ block: fault.event.blockNumber }), fault.evidence);
		case 'wrong-state':
			return m.verify_fault_wrong_state({ block: fault.block });
	}
}

function withEvidence(text: string, evidence: Evidence): string {
	const because = {
		block: m.verify_evidence_block,
		majority: m.verify_evidence_majority,
		none: m.verify_evidence_none,
	};
	return `${text} ${because[evidence]()}`;
}

function statusWord(status: Finding['status']): string {
	return status === undefined || status === 'none' ? '–' : hospitalStatus(status).text;
}

function wrongClouds({ clouds = [] }: Finding): string {
	return formatList(clouds.flatMap(({ name, state }) => (state === 'wrong' ? [`\u2066${hostOf(name)}\u2069`] : [])));
}

/** A file's name in its own direction inside any sentence. */
export function isolated(name: string): string {
	return `\u2068${name}\u2069`;
}

function day(at: number | undefined): string {
	return at === undefined ? '–' : formatDate(at);
}
