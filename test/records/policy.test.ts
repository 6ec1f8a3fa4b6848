import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { satisfies } from '#lib/crypto/abe/index.ts';
import { attributesIn, consentNames, memberNames, policyChoice, policyText, teamIdOf } from '#lib/records/policy.ts';
import { categories, memberRoles, type PolicyChoice } from '#lib/records/types.ts';

const patient = `0x${'a1'.repeat(20)}` as const;
const hospital = `0x${'b2'.repeat(20)}` as const;
const epochs = { patient, patientEpoch: 3, hospitalEpoch: 7 };

const category = fc.constantFrom(...categories);
const slug = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,58}$/);
const choices: fc.Arbitrary<PolicyChoice> = fc.oneof(
	fc.constant({ who: 'only-me' as const }),
	category.map((c) => ({ who: 'allowed' as const, category: c })),
	fc.record({
		who: fc.constant('role' as const),
		category,
		hospital: fc.constant(hospital),
		role: fc.constantFrom(...memberRoles),
	}),
	fc.tuple(category, slug).map(([c, teamSlug]) => ({
		who: 'team' as const,
		category: c,
		hospital,
		teamId: teamIdOf(hospital, teamSlug),
		teamSlug,
	})),
);

describe('a policy', () => {
	test('leads back to the choice it was made from, at any epochs', () => {
		fc.assert(
			fc.property(choices, fc.nat(), fc.nat(), (choice, patientEpoch, hospitalEpoch) => {
				const text = policyText(choice, { patient, patientEpoch, hospitalEpoch });
				expect(policyChoice(text, patient)).toEqual(choice);
			}),
		);
	});

	test.each([
		[{ who: 'only-me' }, `owner#3@${patient}`],
		[{ who: 'allowed', category: 'labs' }, `consent.labs#3@${patient}`],
		[
			{ who: 'role', category: 'imaging', hospital, role: 'doctor' },
			`consent.imaging#3@${patient} and doctor#7@${hospital}`,
		],
	] as const)('of %o is %s', (choice, text) => {
		expect(policyText(choice, epochs)).toBe(text);
	});

	test('is met by what a grant and a membership give, and by neither alone', () => {
		const text = policyText({ who: 'role', category: 'labs', hospital, role: 'nurse' }, epochs);
		const granted = attributesIn(consentNames(['labs']), { authority: patient, first: 0, last: 3 });
		const member = attributesIn(memberNames({ role: 'nurse', teamSlug: 'x' }), {
			authority: hospital,
			first: 7,
			last: 7,
		});
		expect(satisfies(text, [...granted, ...member])).toBe(true);
		expect(satisfies(text, granted)).toBe(false);
		expect(satisfies(text, member)).toBe(false);
	});

	test('of an earlier epoch, another category, another authority or another role does not meet it', () => {
		const text = policyText({ who: 'role', category: 'labs', hospital, role: 'doctor' }, epochs);
		const attributes = [
			...attributesIn(consentNames(['labs']), { authority: patient, first: 0, last: 2 }),
			...attributesIn(consentNames(['imaging']), { authority: patient, first: 3, last: 3 }),
			...attributesIn(consentNames(['labs']), { authority: hospital, first: 3, last: 3 }),
			...attributesIn(memberNames({ role: 'doctor', teamSlug: 'x' }), { authority: hospital, first: 7, last: 7 }),
		];
		expect(satisfies(text, attributes)).toBe(false);
	});

	test('that is none of those offered has no choice', () => {
		const other = `0x${'c3'.repeat(20)}` as const;
		for (const text of [
			`consent.labs#0@${patient} or doctor#0@${hospital}`,
			`consent.labs#0@${patient} and consent.notes#0@${patient} and doctor#0@${hospital}`,
			`doctor#0@${hospital} and consent.labs#0@${patient}`,
			`consent.labs#0@${other}`,
			`consent.unheard#0@${patient}`,
			`owner#0@${patient} and doctor#0@${hospital}`,
			`consent.labs#0@${patient} and member#0@${hospital}`,
		]) {
			expect(policyChoice(text, patient), text).toBeNull();
		}
	});

	test('that names a hospital needs its epoch', () => {
		const choice = { who: 'role', category: 'labs', hospital, role: 'doctor' } as const;
		expect(() => policyText(choice, { ...epochs, hospitalEpoch: null })).toThrow(
			expect.objectContaining({ code: 'records.invalid-input' }),
		);
	});
});
