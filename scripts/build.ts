/** Builds the static site into `build/`, only if a source changed since the last time. `--force` builds in any case. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.ts';
import { exitWith, Problem } from './problem.ts';
import { root, run } from './run.ts';

const stampPath = join(root, '.cache/build-stamp');

/** What the site is made from. */
const sources = ['src/**/*', 'static/**/*', 'package-lock.json', 'svelte.config.js', 'vite.config.ts', 'tsconfig.json'];

/** Makes sure that `build/` is what the sources say. Returns true if it had to be built. */
export function buildSite({ force = false } = {}): Promise<boolean> {
	return withLock(join(root, '.cache/build.lock'), async () => {
		const digest = sourcesDigest(root);
		const isCurrent = existsSync(join(root, 'build/index.html')) && readStamp() === digest;
		if (isCurrent && !force) return false;
		// A build that is broken off leaves no stamp behind.
		rmSync(stampPath, { force: true });
		const { code, output } = await run('vite', ['build', '--logLevel', 'warn']);
		if (output.includes('ENOSPC')) throw new Problem('The disk is full: building the site needs about 50 MB.');
		if (code !== 0) throw new Problem(`The site could not be built:\n${output.trim()}`);
		writeFileSync(stampPath, digest);
		return true;
	});
}

/** A digest over names and contents of all sources of the site. */
export function sourcesDigest(folder: string): string {
	const hash = createHash('sha256');
	const paths = globSync(sources, { cwd: folder, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name))
		// Generated from the messages, at each build.
		.filter((path) => !path.includes('/i18n/paraglide/'))
		.sort();
	for (const path of paths) {
		const content = readFileSync(path);
		hash.update(`${path.slice(folder.length)}\0${content.length}\0`).update(content);
	}
	return hash.digest('hex');
}

function readStamp(): string | null {
	return existsSync(stampPath) ? readFileSync(stampPath, 'utf8') : null;
}

if (import.meta.main) {
	await buildSite({ force: process.argv.includes('--force') }).then(
		(built) => console.log(built ? 'Built the site into build/.' : 'build/ is up to date.'),
		exitWith,
	);
}
