import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8 } from '#lib/bytes.ts';
import { bundleBeginning, parseBundle } from '#lib/fhir/index.ts';
import { runs } from '../slow.ts';

const read = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes)) as unknown;
const bundleOf = (entry: unknown[], more: object = {}) => ({
	resourceType: 'Bundle',
	type: 'collection',
	...more,
	entry,
});
const entries = fc.array(
	fc.record({
		fullUrl: fc.string({ unit: fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', 'a', 'م', '😀', '\n') }),
		resource: fc.record({ resourceType: fc.constant('Patient'), entry: fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 3 }) }), // prettier-ignore
	}),
	{ minLength: 1, maxLength: 8 },
);

describe('the beginning of a bundle', () => {
	test('cut off anywhere has the entries that are whole, and no other', () => {
		fc.assert(
			fc.property(
				entries,
				fc.double({ min: 0, max: 1, noNaN: true }),
				fc.constantFrom(undefined, 1),
				(entry, share, space) => {
					// prettier-ignore
					const bytes = utf8(JSON.stringify(bundleOf(entry, { meta: { tag: [{ code: 'entry' }] } }), null, space));
					const cut = bytes.subarray(0, Math.floor(share * (bytes.length - 4)));
					const beginning = bundleBeginning(cut);
					const text = new TextDecoder().decode(cut, { stream: true });
					// An entry is whole once the text of all before it and of itself is there.
					const whole = entry.filter((_, i) => {
						const upTo = JSON.stringify(
							bundleOf(entry.slice(0, i + 1), { meta: { tag: [{ code: 'entry' }] } }),
							null,
							space,
						);
						const end = space ? upTo.lastIndexOf(']') : upTo.length - 2;
						return text.length >= upTo.slice(0, end).trimEnd().length;
					});
					if (whole.length === 0) expect(beginning).toBeNull();
					else expect(read(beginning!)).toMatchObject({ resourceType: 'Bundle', entry: whole });
				},
			),
			runs(300, 3000),
		);
	});

	test('is read as a bundle', () => {
		const entry = Array.from({ length: 50 }, (_, i) => ({ resource: { resourceType: 'Patient', id: `p${i}` } }));
		const bytes = utf8(JSON.stringify(bundleOf(entry)));
		const parsed = parseBundle(bundleBeginning(bytes.subarray(0, bytes.length / 2)));
		expect(parsed.resources.length).toBeGreaterThan(20);
		expect(parsed.resources[7]?.id).toBe('p7');
	});

	test.each([
		['another list', '{"resourceType":"Bundle","link":[{"relation":"self"},{"rel'],
		['a list of that name deeper down', '{"resourceType":"Bundle","x":{"entry":[{"a":1},{"b":'],
		['a text of that name', '{"a":"entry","link":[{"relation":"self"},{"rel'],
		['a single resource', '{"resourceType":"Observation","component":[{"a":1},{"b'],
		['entries that all are there, with more to come', '{"resourceType":"Bundle","entry":[{"a":1}],"signature":{"da'],
		['no entry that is whole', '{"resourceType":"Bundle","entry":[{"a":1,'],
		['no JSON', '}}}]]]"entry"[{}{}'],
		['nothing', ''],
	])('is nothing where it has %s', (_, text) => {
		expect(bundleBeginning(utf8(text))).toBeNull();
	});

	test('of any bytes is nothing, or ends as a bundle ends', () => {
		fc.assert(
			fc.property(fc.array(fc.constantFrom('{', '}', '[', ']', '"entry"', ':', ',', '"', '\\', '1', '😀')), (parts) => {
				const beginning = bundleBeginning(utf8(parts.join('')));
				if (beginning) expect(new TextDecoder().decode(beginning)).toMatch(/\}\]\}$/);
			}),
			runs(300, 3000),
		);
	});
});
