/** What the documents say of the contracts: that each function, refusal and event is named, and each test that is quoted exists. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import type { Abi } from 'viem';
import { consentRegistryAbi } from '../../src/lib/chain/abi/consent-registry.ts';
import { hospitalRegistryAbi } from '../../src/lib/chain/abi/hospital-registry.ts';
import { patientRegistryAbi } from '../../src/lib/chain/abi/patient-registry.ts';
import { recordRegistryAbi } from '../../src/lib/chain/abi/record-registry.ts';

const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');
const abis: Abi[] = [hospitalRegistryAbi, patientRegistryAbi, consentRegistryAbi, recordRegistryAbi];
const items = abis.flat();

describe('Documents', () => {
	it('contracts/README.md names every function that changes something, and † each that has a twin', async () => {
		const text = await read('../../contracts/README.md');
		const names = items.flatMap((item) =>
			item.type === 'function' && item.stateMutability !== 'view' && item.stateMutability !== 'pure' ? item.name : [],
		);
		for (const name of names) {
			const twin = names.includes(`${name}For`);
			if (name.endsWith('For')) assert.ok(names.includes(name.slice(0, -3)), `${name} has no twin`);
			else assert.match(text, new RegExp(`\`${name}\`${twin ? ' †' : '(?! †)'}`), name);
		}
	});

	it('contracts/README.md names every refusal and every event of ours', async () => {
		const text = await read('../../contracts/README.md');
		const inherited =
			/^(AccessControl|Address|FailedCall|InvalidShortString|SafeCast|StringTooLong|Role|DefaultAdmin|EIP712)/;
		for (const item of items) {
			if (item.type !== 'error' && item.type !== 'event') continue;
			if (inherited.test(item.name) || item.name === 'ForeignBlockNumbers') continue;
			assert.ok(text.includes(`\`${item.name}\``), item.name);
		}
	});

	it('every test that docs/security.md quotes is in the file that it names', async () => {
		const text = (await read('../../docs/security.md')).replaceAll(/\s+/g, ' ');
		const files = await readdir(new URL('.', import.meta.url));
		const sources = new Map(await Promise.all(files.map(async (file) => [file, await read(file)] as const)));
		let quoted = 0;
		for (const [, quotes = '', file = ''] of text.matchAll(/((?:"[^"]+"[^"()]*?)+)\(`([\w.-]+)`\)/g)) {
			for (const [, name = ''] of quotes.matchAll(/"([^"]+)"/g)) {
				const source = sources.get(file);
				assert.ok(source, `${file} is no test`);
				assert.ok(source.includes(name) || source.includes(name.replaceAll("'", '’')), `"${name}" is not in ${file}`);
				quoted++;
			}
		}
		assert.ok(quoted >= 40, `only ${quoted} tests are quoted`);
		assert.equal(text.match(/"/g)?.length, 2 * quoted, 'a quotation belongs to no file');
	});
});
