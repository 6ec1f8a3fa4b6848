/**
 * Runs a script of this repository on a machine that has any Node from 20 on and nothing else:
 *
 *     node scripts/with-node.mjs scripts/start.ts [arguments]     a TypeScript file, which Node runs as it is
 *     node scripts/with-node.mjs vite build                       a program of node_modules/.bin
 *
 * It fetches the pinned Node (scripts/node) where the machine's own is too old, installs what the lock files name where that
 * is not there yet, and then runs the script with that Node first on the path. Signals and the exit code pass through.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, relative, resolve } from 'node:path';
import { argv, env, execPath, exit, platform, arch, stderr, versions } from 'node:process';
import { fileURLToPath } from 'node:url';
import { install, isNewEnough, needsInstall, Problem, running } from './packages.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Folders whose packages the scripts need, each with its own lock file. */
const folders = [root, join(root, 'scripts/clouds')];

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
	// The child decides what a signal means to it; this process ends when it has.
	process.on(signal, () => running.forEach((child) => child.kill(signal)));
}
if (env.npm_lifecycle_event) {
	// npm killed outright forwards nothing: this process then has another parent, and what it started ends too.
	const npm = process.ppid;
	setInterval(() => process.ppid === npm || running.forEach((child) => child.kill('SIGTERM')), 1000).unref();
}

try {
	const [script, ...args] = argv.slice(2);
	if (!script) throw new Problem('Usage: node scripts/with-node.mjs SCRIPT [ARGUMENTS]');
	const node = await findNode();
	await installPackages(node);
	await runScript(node, script, args);
} catch (error) {
	if (!(error instanceof Problem)) throw error;
	stderr.write(`${error.message}\n`);
	exit(1);
}

/** The path of the Node to use. */
async function findNode() {
	if (isNewEnough(versions.node)) return execPath;
	const major = Number(versions.node.split('.')[0]);
	const pinned = join(root, `scripts/node/node_modules/node-${platform}-${arch}/bin/node`);
	if (major < 20 || platform !== 'linux' || !['x64', 'arm64'].includes(arch)) {
		throw new Problem(`Node ${versions.node} is too old here: install Node 24 and run it again.`);
	}
	if (!existsSync(pinned) || needsInstall(join(root, 'scripts/node'))) {
		stderr.write(`Fetching Node 24, because this machine has Node ${versions.node} (once)…\n`);
		await install(join(root, 'scripts/node'), null);
	}
	if (!existsSync(pinned)) throw new Problem('Node 24 could not be fetched: install it and run it again.');
	return pinned;
}

/** @param {string} node */
async function installPackages(node) {
	const stale = folders.filter((folder) => existsSync(join(folder, 'package-lock.json')) && needsInstall(folder));
	if (stale.length === 0) return;
	const names = stale.map((folder) => relative(root, folder) || 'this folder').join(' and ');
	stderr.write(`Installing the packages of ${names} (only when a lock file changes)…\n`);
	await Promise.all(stale.map((folder) => install(folder, node)));
}

/** @param {string} node @param {string} script @param {string[]} args */
function runScript(node, script, args) {
	const file = /\.(ts|m?js)$/.test(script) ? resolve(root, script) : join(root, 'node_modules/.bin', script);
	const path = [dirname(node), join(root, 'node_modules/.bin'), env.PATH ?? ''].join(delimiter);
	const child = spawn(node, [file, ...args], { stdio: 'inherit', env: { ...env, PATH: path } });
	running.add(child);
	child.on('close', (code, signal) => exit(signal ? 128 + constants.signals[signal] : (code ?? 1)));
	return new Promise(() => {});
}
