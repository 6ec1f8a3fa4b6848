/** Bundles from strangers: what is read, what is kept unread, and what is refused. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8 } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';
import { parseBundle } from '#lib/fhir/index.ts';
import { deepestJson, largestJsonBytes, readJson } from '#lib/fhir/json.ts';
import { sampleBytes, samples } from '../../scripts/demo/samples/index.ts';

/** The reason that a refusal gives, else the words "not refused". */
function refusal(input: unknown): unknown {
	try {
		parseBundle(input);
		return 'not refused';
	} catch (error) {
		if (!(error instanceof AppError)) throw error;
		return error.details.reason ?? error.code;
	}
}

const lipids = sampleBytes('lipids.json');
const fhirFiles = [
	...samples.filter((sample) => sample.kind === 'fhir').map((sample) => sample.file),
	'discharge-summary.json',
	'patient-summary-vaccination.json',
];

describe('parsing a bundle', () => {
	it.each(fhirFiles)('reads every resource of %s that has a page of its own', (file) => {
		const bundle = parseBundle(sampleBytes(file));
		expect(bundle.resources.length).toBeGreaterThan(3);
		expect(bundle.resources.filter((resource) => resource.value === null && resource.problem !== null)).toEqual([]);
	});

	it('names each type of resource once, in order', () => {
		expect(parseBundle(lipids).resourceTypes).toEqual(['DiagnosticReport', 'Observation']);
	});

	it('takes parsed JSON as well as bytes', () => {
		const parsed = parseBundle(JSON.parse(new TextDecoder().decode(lipids)));
		expect(parsed.resources).toEqual(parseBundle(lipids).resources);
	});

	it('takes a single resource as a bundle of one', () => {
		const bundle = parseBundle({ resourceType: 'Patient', birthDate: '1992-03-14' });
		expect(bundle.type).toBe('resource');
		expect(bundle.resources.map((resource) => resource.type)).toEqual(['Patient']);
	});

	it('keeps resources of types it does not know, with their JSON', () => {
		const claim = { resourceType: 'Claim', status: 'active', total: { value: 12 } };
		const bundle = parseBundle({ resourceType: 'Bundle', type: 'collection', entry: [{ resource: claim }] });
		expect(bundle.resources).toMatchObject([{ type: 'Claim', value: null, problem: null, original: claim }]);
	});

	it('keeps a malformed resource unread, and says where it is wrong', () => {
		const weight = {
			resourceType: 'Observation',
			status: 'final',
			code: { text: 'Weight' },
			valueQuantity: { value: '80', unit: 'kg' },
		};
		const [resource] = parseBundle(weight).resources;
		expect(resource).toMatchObject({ value: null, problem: 'valueQuantity.value', original: weight });
	});

	it('opens bundles inside a batch response', () => {
		const inner = { resourceType: 'Bundle', type: 'searchset', entry: [{ resource: { resourceType: 'Patient' } }] };
		const outer = { resourceType: 'Bundle', type: 'batch-response', entry: [{ resource: inner }, { response: {} }] };
		expect(parseBundle(outer).resourceTypes).toEqual(['Patient']);
	});

	it('finds a resource by full URL, by type and id, by version, and inside its owner', () => {
		const medicine = { resourceType: 'Medication', id: 'inside', code: { text: 'Aspirin' } };
		const bundle = parseBundle({
			resourceType: 'Bundle',
			type: 'collection',
			entry: [
				{ fullUrl: 'urn:uuid:1', resource: { resourceType: 'Patient', id: 'a' } },
				{ resource: { resourceType: 'MedicationRequest', status: 'active', contained: [medicine] } },
			],
		});
		const [patient, request] = bundle.resources;
		if (!patient || !request) throw new Error('two resources were given');
		expect(bundle.find('urn:uuid:1', request)).toBe(patient);
		expect(bundle.find('Patient/a', request)).toBe(patient);
		expect(bundle.find('Patient/a/_history/3', request)).toBe(patient);
		expect(bundle.find('#inside', request)?.type).toBe('Medication');
		expect(bundle.find('#inside', patient)).toBeNull();
		expect(bundle.find('https://elsewhere.example/Patient/a', request)).toBeNull();
	});

	it('reads an empty bundle as empty', () => {
		expect(parseBundle({ resourceType: 'Bundle', type: 'collection' }).resources).toEqual([]);
	});
});

describe('refusing what is not a bundle', () => {
	it.each([
		['no bytes', new Uint8Array(), 'not-json'],
		['half a bundle', lipids.subarray(0, lipids.length / 2), 'not-json'],
		['bytes that are not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'not-json'],
		['text', utf8('blood pressure 120/80'), 'not-json'],
		['a list', [], 'not-fhir'],
		['null', null, 'not-fhir'],
		['a number', 7, 'not-fhir'],
		['an object without a type', { type: 'Bundle' }, 'not-fhir'],
		['a type that is not a name', { resourceType: '<script>' }, 'not-fhir'],
		['a type that is not text', { resourceType: ['Bundle'] }, 'not-fhir'],
		['entries that are no list', { resourceType: 'Bundle', entry: {} }, 'bad-bundle'],
		['an entry that is null', { resourceType: 'Bundle', entry: [null] }, 'bad-bundle'],
		['an entry without a type', { resourceType: 'Bundle', entry: [{ resource: {} }] }, 'bad-bundle'],
		['undefined inside', { resourceType: 'Patient', birthDate: undefined }, 'not-json'],
		['a function inside', { resourceType: 'Patient', name: () => [] }, 'not-json'],
		['NaN inside', { resourceType: 'Patient', multipleBirthInteger: NaN }, 'not-json'],
		['a Date inside', { resourceType: 'Patient', birthDate: new Date() }, 'not-json'],
	])('%s', (_, input, reason) => {
		expect(refusal(input)).toBe(reason);
	});

	it.each(['__proto__', 'constructor', 'prototype'])('a key named %s, anywhere', (key) => {
		expect(refusal(utf8(`{"resourceType":"Patient","name":[{"${key}":{"polluted":true}}]}`))).toBe('forbidden-key');
		expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
	});

	it('fifty thousand nested lists, before anything is parsed', () => {
		const nested = `{"resourceType":"Bundle","entry":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
		expect(refusal(utf8(nested))).toBe('too-deep');
	});

	it('fifty thousand nested objects made by hand', () => {
		let nested: unknown = {};
		for (let i = 0; i < 50_000; i++) nested = { inner: nested };
		expect(refusal({ resourceType: 'Patient', nested })).toBe('too-deep');
	});

	it('an object that holds itself', () => {
		const loop: Record<string, unknown> = { resourceType: 'Patient' };
		loop.loop = loop;
		expect(refusal(loop)).toBe('too-deep');
	});

	it('a file larger than any bundle', () => {
		expect(refusal(new Uint8Array(largestJsonBytes + 1))).toBe('records.too-large');
	});

	it('brackets inside text do not count as depth', () => {
		const text = `${'['.repeat(1000)}\\"${'{'.repeat(1000)}\\\\`;
		expect(readJson(utf8(`{"resourceType":"Patient","text":"${text}"}`))).toBeTypeOf('object');
	});

	it(`nests ${deepestJson} deep and no deeper`, () => {
		const nested = (depth: number) => utf8('['.repeat(depth) + ']'.repeat(depth));
		expect(readJson(nested(deepestJson))).toBeTypeOf('object');
		expect(() => readJson(nested(deepestJson + 1))).toThrow(AppError);
	});

	it('any bytes at all give a bundle or an AppError, nothing else', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
				expect(() => refusal(bytes)).not.toThrow();
			}),
		);
	});

	it('a bundle cut anywhere is refused', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: lipids.length - 2 }), (length) => {
				expect(refusal(lipids.subarray(0, length))).not.toBe('not refused');
			}),
		);
	});
});
