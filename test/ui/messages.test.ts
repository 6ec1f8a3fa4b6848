import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorCodes } from '#lib/errors.ts';
import { sentenceFor, setLocale } from '#lib/i18n/index.ts';

type Plural = { declarations: string[]; selectors: string[]; match: Record<string, string> };
type Message = string | [Plural];

const folder = new URL('../../src/lib/i18n/', import.meta.url);
const settings = JSON.parse(readFileSync(new URL('project.inlang/settings.json', folder), 'utf8')) as Record<
	'plugin.inlang.messageFormat',
	{ pathPattern: string[] }
>;
const patterns = settings['plugin.inlang.messageFormat'].pathPattern;

function read(pattern: string, locale: string): Record<string, Message> {
	const path = new URL(pattern.replace('{locale}', locale), folder);
	const { $schema: _, ...messages } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Message>;
	return messages;
}
const variants = (message: Message): string[] =>
	typeof message === 'string' ? [message] : Object.values(message[0].match);
const inputs = (message: Message): string[] =>
	[...new Set(variants(message).flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)))].sort();

/** Everything that sources say as `m.key`; messages are never named otherwise, or the compiler could not check their names. */
const said = sourcesIn(new URL('../../src/', import.meta.url)).flatMap((text) =>
	[...text.matchAll(/\bm\.(\w+)/g)].map(([, key]) => key),
);
const used = new Set(said);

function sourcesIn(directory: URL): string[] {
	const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
	const sources = entries.filter((entry) => entry.isFile() && /\.(ts|svelte)$/.test(entry.name));
	const written = sources.filter(({ parentPath }) => !parentPath.includes('paraglide'));
	return written.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'));
}

describe.each(patterns)('%s', (pattern) => {
	const en = read(pattern, 'en');
	const ar = read(pattern, 'ar');

	test('has no message that nothing says', () => {
		expect(Object.keys(en).filter((key) => !used.has(key))).toEqual([]);
	});

	test('says the same things in English and Arabic', () => {
		expect(Object.keys(ar).sort()).toEqual(Object.keys(en).sort());
	});
	test('leaves nothing empty, and nothing in English under Arabic', () => {
		for (const [key, message] of Object.entries(ar)) {
			for (const text of [...variants(message), ...variants(en[key] ?? '')]) expect(text.trim(), key).not.toBe('');
			const words = variants(message)
				.join(' ')
				.replaceAll(/\{\w+\}|[\W\d_]/g, '');
			if (words.length > 24) expect(variants(message).join(' '), key).toMatch(/\p{Script=Arabic}/u);
		}
	});
	test('fills every place of a sentence that the other language fills, or counts it', () => {
		for (const [key, message] of Object.entries(en)) {
			const names = (each: Message) => inputs(each).filter((name) => name !== 'count');
			expect(names(ar[key] ?? ''), key).toEqual(names(message));
		}
	});
	test('has all the plural forms of its language', () => {
		const forms = { en: ['one', 'other'], ar: ['zero', 'one', 'two', 'few', 'many', 'other'] };
		for (const [locale, messages] of Object.entries({ en, ar }) as ['en' | 'ar', Record<string, Message>][]) {
			for (const [key, message] of Object.entries(messages)) {
				if (typeof message === 'string') continue;
				const [{ declarations, selectors, match }] = message;
				const counted = selectors.filter((name) => declarations.some((line) => line.startsWith(`local ${name} =`)));
				for (const name of counted) {
					for (const form of forms[locale]) {
						const has = Object.keys(match).some((key) =>
							key.split(', ').some((one) => one === `${name}=${form}` || one === `${name}=*`),
						);
						expect(has, `${key} in ${locale} lacks ${form}`).toBe(true);
					}
				}
			}
		}
	});
	test('uses the words of people', () => {
		const machine =
			/\b(EHR|blockchain|ciphertext|decrypt\w*|encrypt\w*|immutable|trustless|on-chain|revoke[ds]?|pinned)\b/i;
		for (const [key, message] of Object.entries(en)) {
			for (const text of variants(message)) expect(text, key).not.toMatch(machine);
		}
	});
});

describe('errors', () => {
	test.each(['en', 'ar'] as const)('each code has what happened, what is safe and what to do, in %s', (locale) => {
		setLocale(locale);
		const titles = new Set<string>();
		for (const code of errorCodes) {
			const { title, safe, todo } = sentenceFor({ code });
			for (const text of [title, safe, todo]) {
				expect(text, code).not.toMatch(/errors_|undefined|\{|\}/);
				expect(text.length, code).toBeGreaterThan(3);
				if (locale === 'ar') expect(text, code).toMatch(/\p{Script=Arabic}/u);
			}
			expect(title, code).not.toMatch(/[.؟!]$/);
			expect(safe, code).toMatch(/\.$/);
			titles.add(title);
		}
		expect(titles.size).toBe(errorCodes.length);
		setLocale('en');
	});
	test('a cloud is called by the name its owner gave it', () => {
		expect(sentenceFor({ code: 'storage.unreachable', details: { cloud: 'Frankfurt S3' } }).title).toBe(
			'Frankfurt S3 did not answer',
		);
		expect(sentenceFor({ code: 'storage.unreachable' }).title).toBe('A cloud did not answer');
	});
});
