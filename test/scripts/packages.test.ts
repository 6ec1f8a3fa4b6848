import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { agrees, explain, install, isNewEnough, needsInstall, Problem } from '../../scripts/packages.mjs';

const lock = {
	packages: {
		'': {},
		'node_modules/left': { version: '1.0.0', integrity: 'sha512-left' },
		'node_modules/elsewhere': { version: '2.0.0', optional: true, os: ['none'], cpu: ['none'] },
		'node_modules/elsewhere-helper': { version: '1.0.0', optional: true },
		'node_modules/here': { version: '3.0.0', optional: true, os: [process.platform], cpu: [process.arch] },
	},
};
const installed = {
	packages: {
		'node_modules/left': lock.packages['node_modules/left'],
		'node_modules/here': lock.packages['node_modules/here'],
	},
};

describe('which Node runs all of it', () => {
	test.each(['24.2.0', '24.21.0', '26.0.0', '27.1.0'])('%s does', (version) => expect(isNewEnough(version)).toBe(true));
	test.each(['20.20.2', '22.17.0', '22.23.3', '23.11.0', '24.1.0', '25.0.0', ''])('%s does not', (version) =>
		expect(isNewEnough(version)).toBe(false),
	);
});

describe('packages agree with a lock file', () => {
	test('when all are there, and what is missing is for other machines', () => {
		expect(agrees(lock, installed)).toBe(true);
	});

	test('not when one is missing', () => {
		const { 'node_modules/left': _, ...rest } = installed.packages;
		expect(agrees(lock, { packages: rest })).toBe(false);
	});

	test('not when one has another version, or other bytes', () => {
		const left = installed.packages['node_modules/left'];
		for (const other of [{ version: '1.0.1' }, { integrity: 'sha512-right' }]) {
			expect(agrees(lock, { packages: { ...installed.packages, 'node_modules/left': { ...left, ...other } } })).toBe(
				false,
			);
		}
	});

	test('not when an optional one for this machine was left out, as an older npm does', () => {
		const { 'node_modules/here': _, ...rest } = installed.packages;
		expect(agrees(lock, { packages: rest })).toBe(false);
	});

	test('whatever else is there', () => {
		expect(agrees(lock, { packages: { ...installed.packages, 'node_modules/more': { version: '1.0.0' } } })).toBe(true);
	});
});

describe('a folder', () => {
	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'amana-packages-'));
		writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	const put = (packages: object) => {
		mkdirSync(join(folder, 'node_modules'), { recursive: true });
		writeFileSync(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
	};

	test('without packages needs them', () => expect(needsInstall(folder)).toBe(true));

	test('whose installation was broken off needs it again', () => {
		mkdirSync(join(folder, 'node_modules/left'), { recursive: true });
		expect(needsInstall(folder)).toBe(true);
	});

	test('with the right packages needs nothing, and remembers that', () => {
		put(installed.packages);
		expect(needsInstall(folder)).toBe(false);
		put({});
		expect(needsInstall(folder), 'the stamp is enough').toBe(false);
	});

	test('whose lock file changed needs an installation only if the packages do not follow', () => {
		put(installed.packages);
		expect(needsInstall(folder)).toBe(false);
		const more = { version: '1.0.0', integrity: 'sha512-more' };
		writeFileSync(
			join(folder, 'package-lock.json'),
			JSON.stringify({ packages: { ...lock.packages, 'node_modules/more': more } }),
		);
		expect(needsInstall(folder)).toBe(true);
		put({ ...installed.packages, 'node_modules/more': more });
		expect(needsInstall(folder)).toBe(false);
	});

	test('is installed by npm, which an empty lock file shows without a network', async () => {
		writeFileSync(join(folder, 'package.json'), '{ "name": "nothing", "version": "1.0.0" }');
		const empty = {
			name: 'nothing',
			version: '1.0.0',
			lockfileVersion: 3,
			packages: { '': { name: 'nothing', version: '1.0.0' } },
		};
		writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(empty));
		mkdirSync(join(folder, 'node_modules'));
		await install(folder, process.execPath);
		expect(readFileSync(join(folder, 'node_modules/.amana-installed'), 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
	});

	test('whose packages cannot be fetched says so in one sentence', async () => {
		const name = 'amana-not-there';
		const packages = {
			'': { name: 'nothing', version: '1.0.0', dependencies: { [name]: '1.0.0' } },
			[`node_modules/${name}`]: {
				version: '1.0.0',
				resolved: 'http://127.0.0.1:9/x.tgz',
				integrity: `sha512-${'A'.repeat(86)}==`,
			},
		};
		writeFileSync(join(folder, 'package.json'), JSON.stringify(packages['']));
		writeFileSync(
			join(folder, 'package-lock.json'),
			JSON.stringify({ name: 'nothing', version: '1.0.0', lockfileVersion: 3, packages }),
		);
		const failure = await install(folder, process.execPath).catch((error: unknown) => error);
		expect(failure).toBeInstanceOf(Problem);
		expect((failure as Error).message).toMatch(/^The packages could not be fetched \(ECONNREFUSED\): .*\.$/);
	});
});

describe('what npm said becomes one sentence', () => {
	test.each([
		['npm error code ENOSPC\nnpm error syscall write', /^The disk is full/],
		['npm error code EAI_AGAIN\nnpm error network request', /^The packages could not be fetched \(EAI_AGAIN\)/],
		['npm ERR! code ENOTFOUND', /^The packages could not be fetched/],
		['npm error code EBADENGINE', /^This Node is too old/],
		['npm error code EACCES', /^No permission to write to \/x\.$/],
	])('%s', (output, sentence) => {
		expect(explain(output, '/x')).toMatch(sentence);
		expect(explain(output, '/x')).not.toContain('\n');
	});

	test('and anything else is shown as it is', () => {
		expect(explain('npm error code EUSAGE\nnpm error not in sync', '/x')).toContain('not in sync');
	});
});

describe('the lock files of this repository', () => {
	test.each(['.', 'scripts/clouds', 'scripts/node', 'test/metamask'])(
		'%s: each optional package that is asked for is there',
		(folder) => {
			const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as {
				packages: Record<string, { optionalDependencies?: Record<string, string> }>;
			};
			// A lock that was written while the registry lacked one of them does not install once the registry has it.
			const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
				Object.keys(optionalDependencies).filter(
					(name) => !(`${path}/node_modules/${name}` in packages) && !(`node_modules/${name}` in packages),
				),
			);
			expect(missing).toEqual([]);
		},
	);
});
