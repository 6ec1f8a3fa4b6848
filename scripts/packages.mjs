/**
 * Which Node runs everything here, and whether a folder's packages are what its lock file says; `npm ci` where they are not.
 *
 * Plain JavaScript without a package, because it runs before there is any, under whatever Node the machine has (20 or newer).
 * `npm ci` empties `node_modules` first, so it runs only when the lock file changed and the packages do not agree with it.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean, os?: string | string[], cpu?: string | string[], libc?: string | string[] }} Locked */
/** @typedef {{ packages: Record<string, Locked> }} Lock */

const stampName = '.amana-installed';

/** Child processes under way, for the caller to end. @type {Set<import('node:child_process').ChildProcess>} */
export const running = new Set();

/** A failure that a person can do something about: the message is the whole of what they need to read. */
export class Problem extends Error {}

/**
 * Whether a Node of this version runs all of it: 24.2, or 26 and later. (The local S3 servers want 24; 25 is short-lived, and
 * some packages refuse it.)
 * @param {string} version as in `process.versions.node`
 */
export function isNewEnough(version) {
	const [major = 0, minor = 0] = version.split('.').map(Number);
	return (major === 24 && minor >= 2) || major >= 26;
}

/**
 * Whether what npm says it installed (`node_modules/.package-lock.json`) is what the lock file asks for on this machine.
 * @param {Lock} lock
 * @param {Lock} installed
 */
export function agrees(lock, installed) {
	return Object.entries(lock.packages).every(([path, wanted]) => {
		if (path === '' || wanted.link) return true;
		const found = installed.packages[path];
		if (found) return found.version === wanted.version && found.integrity === wanted.integrity;
		return wanted.optional === true && !isForThisMachine(wanted);
	});
}

/**
 * True when the folder's packages must be installed. Where they agree with a changed lock file already (npm install put them
 * there), that is remembered, and nothing is deleted.
 * @param {string} folder
 */
export function needsInstall(folder) {
	const lockText = readFileSync(join(folder, 'package-lock.json'), 'utf8');
	const installedPath = join(folder, 'node_modules/.package-lock.json');
	if (!existsSync(installedPath)) return true;
	const stampPath = join(folder, 'node_modules', stampName);
	const stamp = stampOf(lockText);
	if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp) return false;
	if (!agrees(parseLock(lockText), parseLock(readFileSync(installedPath, 'utf8')))) return true;
	writeFileSync(stampPath, stamp);
	return false;
}

/**
 * Runs `npm ci` in a folder under the given Node (under an older one npm silently leaves out packages that want a newer).
 * @param {string} folder
 * @param {string | null} node path of the Node to run npm under; null: the machine's own
 */
export async function install(folder, node) {
	const env = node ? { ...process.env, PATH: dirname(node) + delimiter + (process.env.PATH ?? '') } : process.env;
	// A few quick attempts: npm's own ten seconds and a minute between them look like a hang to a person without a network.
	const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
	args.push('--fetch-retries=3', '--fetch-retry-mintimeout=500', '--fetch-retry-maxtimeout=3000');
	const { code, output } = await run('npm', args, { cwd: folder, env });
	if (code !== 0) throw new Problem(explain(output, folder));
	writeFileSync(
		join(folder, 'node_modules', stampName),
		stampOf(readFileSync(join(folder, 'package-lock.json'), 'utf8')),
	);
}

/**
 * What went wrong with `npm ci`, in one sentence where the cause is known.
 * @param {string} output of npm
 * @param {string} folder
 */
export function explain(output, folder) {
	const code = /npm (?:error|ERR!) code (\w+)/.exec(output)?.[1] ?? /\b(ENOSPC|EACCES)\b/.exec(output)?.[1] ?? '';
	if (code === 'ENOSPC') return 'The disk is full: installing the packages needs about 1.5 GB of free space.';
	if (
		/^(EAI_AGAIN|ENOTFOUND|ECONN\w*|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|FETCH_ERROR|EIDLETIMEOUT)$/.test(
			code,
		)
	) {
		return `The packages could not be fetched (${code}): there is no network, or the package registry does not answer. Connect and run it again.`;
	}
	if (code === 'EBADENGINE') return 'This Node is too old for the packages: install Node 24 and run it again.';
	if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return `No permission to write to ${folder}.`;
	return `npm ci failed in ${folder}:\n${output.trim().split('\n').slice(-20).join('\n')}`;
}

/** @param {Locked} entry */
function isForThisMachine({ os, cpu, libc }) {
	// Without both, it belongs to another optional package (a WebAssembly fall-back's helpers) and follows that one.
	if (!os || !cpu) return false;
	return allows(os, process.platform) && allows(cpu, process.arch) && (!libc || allows(libc, machineLibc()));
}

/** @param {string | string[]} list @param {string} value */
function allows(list, value) {
	return [list].flat().includes(value);
}

function machineLibc() {
	const report = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
	return report.header.glibcVersionRuntime ? 'glibc' : 'musl';
}

/** @param {string} text */
function parseLock(text) {
	/** @type {Lock} */
	const lock = JSON.parse(text);
	return lock;
}

/** @param {string} lockText */
function stampOf(lockText) {
	return createHash('sha256').update(`${process.platform} ${process.arch}\n${lockText}`).digest('hex') + '\n';
}

/**
 * @param {string} command @param {string[]} args @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function run(command, args, options) {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
		running.add(child);
		let output = '';
		for (const stream of [child.stdout, child.stderr]) {
			stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text));
		}
		child.on('error', (error) => {
			const missing = /** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT';
			reject(missing ? new Problem('npm is missing: install it (it comes with Node) and run it again.') : error);
		});
		child.on('close', (code) => {
			running.delete(child);
			resolve({ code, output });
		});
	});
}
