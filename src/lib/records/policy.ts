/**
 * Who can open a part: the choice that a person made, and the policy text that the cryptography works with. Each choice has
 * exactly one text at given epochs, and each such text leads back to its choice; other policies are valid, but have no words.
 * The words themselves come from `i18n`.
 *
 * Patients issue the attributes `consent.<category>`; their `owner` is never issued to anyone, so what is sealed under it opens
 * only by the patient's own box in the lock. Hospitals issue `member`, a role, and `team.<slug>`.
 */
import { keccak256, stringToHex } from 'viem';
import { formatAttribute, parseAttribute, policyAttributes } from '#lib/crypto/abe/index.ts';
import type { Address, Hash } from '#lib/chain/index.ts';
import { AppError } from '#lib/errors.ts';
import { categories, memberRoles, type Category, type MemberRole, type PolicyChoice } from './types.ts';

/** An attribute, taken apart: `name#epoch@0xauthority`. */
export interface Attribute {
	name: string;
	epoch: number;
	authority: Address;
}

export interface PolicyEpochs {
	patient: Address;
	patientEpoch: number;
	/** Of the choice's hospital; null where it names none. */
	hospitalEpoch: number | null;
}

/** Names of the attributes that a grant of these categories gives. */
export function consentNames(scope: readonly Category[]): string[] {
	return scope.map((category) => `consent.${category}`);
}

/** Names of the attributes that a hospital gives to a member. */
export function memberNames({ role, teamSlug }: { role: MemberRole; teamSlug: string }): string[] {
	return ['member', role, `team.${teamSlug}`];
}

/** The attributes of these names in every epoch from `first` to `last`. */
export function attributesIn(
	names: readonly string[],
	{ authority, first, last }: { authority: Address; first: number; last: number },
): string[] {
	const epochs = Array.from({ length: last - first + 1 }, (_, i) => first + i);
	return epochs.flatMap((epoch) => names.map((name) => formatAttribute({ name, epoch, authority })));
}

/** All attributes that a policy names. Throws `crypto.invalid-policy`. */
export function attributesOf(policy: string): Attribute[] {
	return policyAttributes(policy).map(parseAttribute);
}

/** Whether it is a patient who issues attributes of this name, rather than a hospital. */
export function isPatientAttribute(name: string): boolean {
	return name === 'owner' || name.startsWith('consent.');
}

/** The hospital whose epoch a choice needs; null where it needs none. */
export function hospitalOf(choice: PolicyChoice): Address | null {
	return 'hospital' in choice ? choice.hospital : null;
}

/** The id of a team on chain. It follows from the slug, so that a policy leads back to its team. */
export function teamIdOf(hospital: Address, teamSlug: string): Hash {
	return keccak256(stringToHex(`amana/v1/team/${hospital}/${teamSlug}`));
}

/** The policy of a choice at the given epochs. Throws `records.invalid-input` where the hospital's is needed and missing. */
export function policyText(choice: PolicyChoice, { patient, patientEpoch, hospitalEpoch }: PolicyEpochs): string {
	const own = (name: string) => formatAttribute({ name, epoch: patientEpoch, authority: patient });
	if (choice.who === 'only-me') return own('owner');
	const consent = own(`consent.${choice.category}`);
	if (choice.who === 'allowed') return consent;
	if (hospitalEpoch === null)
		throw new AppError('records.invalid-input', 'The policy needs the epoch of its hospital.');
	const name = choice.who === 'role' ? choice.role : `team.${choice.teamSlug}`;
	return `${consent} and ${formatAttribute({ name, epoch: hospitalEpoch, authority: choice.hospital })}`;
}

/** The choice behind a policy; null where it is none of those that people are offered. */
export function policyChoice(policy: string, patient: Address): PolicyChoice | null {
	const [own, theirs, ...more] = attributesOf(policy);
	if (!own || own.authority !== patient || more.length > 0) return null;
	const choice = theirs ? jointChoice(own.name, theirs) : ownChoice(own.name);
	if (!choice) return null;
	// Only if it is the very text of that choice: "a or b" names the same attributes as "a and b".
	const epochs = { patient, patientEpoch: own.epoch, hospitalEpoch: theirs?.epoch ?? null };
	return policyText(choice, epochs) === policy ? choice : null;
}

function ownChoice(name: string): PolicyChoice | null {
	if (name === 'owner') return { who: 'only-me' };
	const category = consentCategory(name);
	return category && { who: 'allowed', category };
}

function jointChoice(ownName: string, { name, authority: hospital }: Attribute): PolicyChoice | null {
	const category = consentCategory(ownName);
	if (!category) return null;
	const role = memberRoles.find((known) => known === name);
	if (role) return { who: 'role', category, hospital, role };
	if (!name.startsWith('team.')) return null;
	const teamSlug = name.slice('team.'.length);
	return { who: 'team', category, hospital, teamId: teamIdOf(hospital, teamSlug), teamSlug };
}

/** The category of a consent attribute; null for another. */
export function consentCategory(name: string): Category | null {
	return categories.find((category) => name === `consent.${category}`) ?? null;
}
