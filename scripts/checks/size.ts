/**
 * How much JavaScript the built home page loads before anything is clicked, compressed as a web host would: everything that
 * its HTML preloads or starts, and what that imports statically. The limits are in `.config/size-limits.json`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { exitWith, Problem } from '../problem.ts';
import { root } from '../run.ts';

/** Files of JavaScript that a page of the build loads first, largest first, with their size in bytes after gzip. */
export function firstLoad(build: string, page: string): { file: string; bytes: number }[] {
	const html = readFileSync(join(build, page), 'utf8');
	const seen = new Set<string>();
	const waiting = startingPoints(html).map((path) => resolve(build, dirname(page), path));
	for (let file = waiting.pop(); file; file = waiting.pop()) {
		if (seen.has(file) || !existsSync(file)) continue;
		seen.add(file);
		for (const path of staticImports(readFileSync(file, 'utf8'))) waiting.push(resolve(dirname(file), path));
	}
	return [...seen]
		.map((file) => ({ file: relative(build, file), bytes: gzipSync(readFileSync(file)).length }))
		.sort((a, b) => b.bytes - a.bytes);
}

/** Relative paths of scripts that a page preloads, includes, or imports in an inline script. */
function startingPoints(html: string): string[] {
	const links = [...html.matchAll(/<link\b[^>]*rel="modulepreload"[^>]*>/g)].map(
		([tag]) => /href="([^"]+)"/.exec(tag)?.[1],
	);
	const scripts = [...html.matchAll(/<script\b[^>]*\bsrc="([^"]+)"/g)].map((match) => match[1]);
	const inline = [...html.matchAll(/\bimport\("([^"]+\.js)"\)/g)].map((match) => match[1]);
	return [...links, ...scripts, ...inline].filter((path) => path !== undefined);
}

/** What a built module imports at once: `import … from "./a.js"`, `import "./a.js"`, `export … from "./a.js"`. */
function staticImports(code: string): string[] {
	return [...code.matchAll(/\b(?:from|import)\s*["'](\.[^"']+)["']/g)].map((match) => match[1] ?? '');
}

function check(): void {
	const limits = JSON.parse(readFileSync(join(root, '.config/size-limits.json'), 'utf8')) as Record<string, number>;
	const failures: string[] = [];
	for (const [page, limit] of Object.entries(limits)) {
		const files = firstLoad(join(root, 'build'), page);
		if (files.length === 0) throw new Problem(`${page} loads no script: the check looks in the wrong place.`);
		const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
		console.log(
			`${page}: ${kilobytes(bytes)} of JavaScript (gzip) at first, in ${files.length} files; limit ${kilobytes(limit)}`,
		);
		if (bytes <= limit) continue;
		failures.push(page);
		for (const file of files.slice(0, 12)) console.log(`  ${kilobytes(file.bytes)}  ${file.file}`);
	}
	if (failures.length > 0) throw new Problem(`Too much JavaScript at first: ${failures.join(', ')}.`);
}

function kilobytes(bytes: number): string {
	return `${(bytes / 1024).toFixed(1)} KB`;
}

if (import.meta.main) {
	try {
		check();
	} catch (error) {
		exitWith(error);
	}
}
