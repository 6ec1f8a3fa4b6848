/** Words of the domain, one home for each: kinds of data, roles, states. Unknown values (from a newer version) show as they are. */
import { formatList } from './format.ts';
import { m } from './paraglide/messages.js';

const categoryWords: Record<string, (() => string) | undefined> = {
	treatments: m.words_category_treatments,
	notes: m.words_category_notes,
	labs: m.words_category_labs,
	imaging: m.words_category_imaging,
	documents: m.words_category_documents,
};

const categoryTitles: Record<string, (() => string) | undefined> = {
	treatments: m.words_category_treatments_title,
	notes: m.words_category_notes_title,
	labs: m.words_category_labs_title,
	imaging: m.words_category_imaging_title,
	documents: m.words_category_documents_title,
};

const roleWords: Record<string, (() => string) | undefined> = {
	doctor: m.words_role_doctor,
	nurse: m.words_role_nurse,
	technician: m.words_role_technician,
	pharmacist: m.words_role_pharmacist,
	biller: m.words_role_biller,
	emergency: m.words_role_emergency,
};

const rolesWords: Record<string, (() => string) | undefined> = {
	doctor: m.words_roles_doctor,
	nurse: m.words_roles_nurse,
	technician: m.words_roles_technician,
	pharmacist: m.words_roles_pharmacist,
	biller: m.words_roles_biller,
	emergency: m.words_roles_emergency,
};

/** A kind of data inside a sentence: "lab results". */
export function categoryWord(category: string): string {
	return categoryWords[category]?.() ?? category;
}

/** Several kinds inside a sentence: "lab results and documents"; `marked` for a policy sentence, where each is marked. */
export function scopeWords(scope: readonly string[], marked = false): string {
	return formatList(scope.map((category) => (marked ? `**${categoryWord(category)}**` : categoryWord(category))));
}

/** A kind of data that stands alone: "Lab results". */
export function categoryTitle(category: string): string {
	return categoryTitles[category]?.() ?? category;
}

/** A member's role: "Doctor". */
export function roleWord(role: string): string {
	return roleWords[role]?.() ?? role;
}

/** All of a role, inside a sentence: "doctors". */
export function rolesWord(role: string): string {
	return rolesWords[role]?.() ?? role;
}

/** A key that a reader lacks, inside a sentence: "the patient’s permission for lab results". */
export function lackWord(
	lack:
		| { what: 'permission'; category: string }
		| { what: 'role'; role: string; hospital: string }
		| { what: 'team'; team: string; hospital: string }
		| { what: 'member'; hospital: string },
): string {
	switch (lack.what) {
		case 'permission':
			return m.words_lack_permission({ category: categoryWord(lack.category) });
		case 'role':
			return m.words_lack_role({ roles: rolesWord(lack.role), hospital: lack.hospital });
		case 'team':
			return m.words_lack_team(lack);
		case 'member':
			return m.words_lack_member(lack);
	}
}

/** What a clinician calls a patient who has not shared a name: four characters of the address, as on the look of a ward list. */
export function patientCode(address: string): string {
	return m.words_patient_code({ code: address.slice(2, 6).toUpperCase() });
}
