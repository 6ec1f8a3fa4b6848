/**
 * That the content policy of every built page holds: each page has one, none is loosened by `unsafe-inline` or `unsafe-eval`,
 * and nothing in a page needs what the policy forbids (an inline script or style without its hash, a style attribute, an
 * event attribute). A browser would refuse these at run time, with an error that only the console shows.
 */
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitWith, Problem } from '../problem.ts';
import { root } from '../run.ts';

/** What is wrong with one page, a sentence each; empty when nothing is. */
export function problemsOf(html: string): string[] {
	const policy = /<meta http-equiv="content-security-policy" content="([^"]*)"/i.exec(html)?.[1];
	if (policy === undefined) return ['has no content policy'];
	const directives = new Map(
		policy
			.replaceAll('&#39;', "'")
			.split(';')
			.map((text) => text.trim().split(/\s+/))
			.map(([name = '', ...sources]) => [name, sources] as const),
	);
	const problems: string[] = [];
	for (const name of ['default-src', 'script-src', 'style-src', 'connect-src', 'base-uri']) {
		if (!directives.has(name)) problems.push(`has no ${name}`);
	}
	for (const [name, sources] of directives) {
		if (sources.includes("'unsafe-inline'") || sources.includes("'unsafe-eval'")) problems.push(`loosens ${name}`);
	}
	const hashes = (name: string) => directives.get(name) ?? [];
	const withoutComments = html.replace(/<!--[\s\S]*?-->/g, '');
	for (const [, attributes = '', code = ''] of withoutComments.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/g)) {
		if (/\bsrc=/.test(attributes) || /type="application\/(ld\+)?json"/.test(attributes)) continue;
		if (!hashes('script-src').includes(hashOf(code)))
			problems.push(`has an inline script without its hash: ${code.slice(0, 60)}`);
	}
	for (const [, code = ''] of withoutComments.matchAll(/<style\b[^>]*>([\s\S]*?)<\/style>/g)) {
		if (!hashes('style-src').includes(hashOf(code)))
			problems.push(`has an inline style without its hash: ${code.slice(0, 60)}`);
	}
	const tags = withoutComments.replace(/<(script|style)\b[\s\S]*?<\/\1>/g, '').matchAll(/<[a-z][^>]*>/gi);
	for (const [tag] of tags) {
		if (/\sstyle\s*=/i.test(tag)) problems.push(`has a style attribute: ${tag.slice(0, 80)}`);
		if (/\son[a-z]+\s*=/i.test(tag)) problems.push(`has an event attribute: ${tag.slice(0, 80)}`);
	}
	return problems;
}

function hashOf(code: string): string {
	return `'sha256-${createHash('sha256').update(code).digest('base64')}'`;
}

function check(): void {
	const build = join(root, 'build');
	const pages = globSync('**/*.html', { cwd: build });
	if (pages.length === 0) throw new Problem('There is no built page to check.');
	const problems = pages.flatMap((page) =>
		problemsOf(readFileSync(join(build, page), 'utf8')).map((what) => `${page} ${what}`),
	);
	console.log(`${pages.length} pages, each with a content policy.`);
	if (problems.length > 0) throw new Problem(problems.join('\n'));
}

if (import.meta.main) {
	try {
		check();
	} catch (error) {
		exitWith(error);
	}
}
