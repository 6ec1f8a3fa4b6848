/** Files told apart by their bytes, not by what they are called. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, utf8 } from '#lib/bytes.ts';
import { detectFile, detectKind, headBytes } from '#lib/fhir/index.ts';
import { sampleBytes, samples } from '../../scripts/demo/samples/index.ts';

const kind = (bytes: Uint8Array, name = '', type = '') => detectKind(bytes.subarray(0, headBytes), name, type);
const latin = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

describe('telling files apart', () => {
	it.each(samples)('$file is $kind, whatever it is called', (sample) => {
		const head = sampleBytes(sample.file).subarray(0, headBytes);
		for (const name of [sample.file, '', 'report.pdf', 'x.dcm', 'photo.jpg', 'a.html']) {
			expect(detectFile(head, name, 'text/html')).toEqual({ kind: sample.kind, mediaType: sample.mediaType });
		}
	});

	it.each([
		['GIF89a……', 'image', 'image/gif'],
		['RIFF\x10\0\0\0WEBPVP8 ', 'image', 'image/webp'],
		['\0\0\0\x1cftypavif', 'image', 'image/avif'],
		['BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0\x01\0\0\0', 'image', 'image/bmp'],
		['\n\n%PDF-1.7', 'pdf', 'application/pdf'],
		['II*\0 a TIFF', 'other', 'application/octet-stream'],
		['PK\x03\x04 a zip', 'other', 'application/octet-stream'],
		['\0\0\0\x18ftypmp42 a film', 'other', 'application/octet-stream'],
	])('%j is %s', (start, expected, mediaType) => {
		expect(detectFile(latin(start), '', '')).toEqual({ kind: expected, mediaType });
	});

	it.each([
		['<!doctype html><script>alert(1)</script>', 'photo.jpg', 'image/jpeg'],
		['<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 'scan.svg', 'image/svg+xml'],
		['<?xml version="1.0"?><Bundle xmlns="http://hl7.org/fhir"/>', 'bundle.xml', 'application/fhir+xml'],
		['#!/bin/sh', 'run.pdf', 'application/pdf'],
	])('%j is text to read, never something to run', (text, name, type) => {
		expect(detectFile(utf8(text), name, type)).toEqual({ kind: 'text', mediaType: 'text/plain' });
	});

	it('JSON is FHIR when it names a resource, else text', () => {
		expect(kind(utf8(' \n{ "resourceType" : "Bundle" }'))).toBe('fhir');
		expect(kind(utf8('\ufeff{"resourceType":"Bundle"}'))).toBe('fhir');
		expect(kind(utf8('{"resourceType":"bundle"}'))).toBe('text');
		expect(kind(utf8('{"name":"x"}'), 'package.json', 'application/json')).toBe('text');
		expect(kind(utf8('{"id":"x"'), 'a.json', 'application/fhir+json')).toBe('fhir');
		expect(kind(utf8('[{"resourceType":"Bundle"}]'))).toBe('text');
	});

	it('DICOM without its preamble needs a second witness', () => {
		const bare = sampleBytes('brain-mri.dcm').subarray(132, 400);
		expect(kind(bare)).toBe('other');
		expect(kind(bare, 'IM0001.dcm')).toBe('dicom');
		expect(kind(bare, '', 'application/dicom')).toBe('dicom');
		expect(kind(utf8('hello'), 'x.dcm', 'application/dicom')).toBe('text');
	});

	it('an empty file is nothing in particular', () => {
		expect(kind(new Uint8Array(), 'a.pdf', 'application/pdf')).toBe('other');
	});

	it('one byte is text or other', () => {
		expect(kind(new Uint8Array([0x41]))).toBe('text');
		expect(kind(new Uint8Array([0x00]))).toBe('other');
	});

	it('text cut within a letter is still text; broken text is not', () => {
		const arabic = utf8('يوسف الحداد');
		for (let end = 1; end < arabic.length; end++) expect(kind(arabic.subarray(0, end))).toBe('text');
		expect(kind(concat(utf8('ab'), new Uint8Array([0xff]), utf8('cd')))).toBe('other');
		expect(kind(utf8('a\u0000b'))).toBe('other');
	});

	it('gives every file one of the safe types, and never throws', () => {
		const safe = new Set([
			...['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif', 'image/bmp'],
			...['application/pdf', 'application/dicom', 'application/fhir+json', 'text/plain', 'application/octet-stream'],
		]);
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), fc.string(), (bytes, name, type) => {
				expect(safe.has(detectFile(bytes, name, type).mediaType)).toBe(true);
			}),
		);
	});
});
