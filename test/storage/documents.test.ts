/** What docs/storage.md says of tests: each that is quoted exists. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

test('every test that docs/storage.md quotes is among those of storage and records', () => {
	const sources = ['test/storage', 'test/records'].flatMap((folder) =>
		readdirSync(join(root, folder)).map((file) => readFileSync(join(root, folder, file), 'utf8')),
	);
	const table = readFileSync(join(root, 'docs/storage.md'), 'utf8')
		.split('\n')
		.filter((line) => line.startsWith('|'))
		.map((line) => line.split('|').at(-2) ?? '');
	const quoted = table.flatMap((cell) => [...cell.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name));
	expect(quoted.length).toBeGreaterThanOrEqual(13);
	expect(quoted.filter((name) => !sources.some((source) => source.includes(name)))).toEqual([]);
});
