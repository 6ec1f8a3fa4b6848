/**
 * `npm start`: the whole of Amana on this machine, and one address to open. Ctrl-C ends all of it.
 *
 * Ports can be set by AMANA_SITE_PORT, AMANA_CHAIN_PORT, AMANA_IPFS_PORT, AMANA_S3_A_PORT and AMANA_S3_B_PORT.
 */
import { startLocalNetwork, type LocalNetwork } from './network/local-network.ts';
import { exitWith } from './problem.ts';
import { endAll } from './run.ts';

const began = performance.now();
const state: { network: LocalNetwork | null; ending: boolean } = { network: null, ending: false };

// Ctrl-C reaches this process twice, from the terminal and from npm.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end());

const parent = process.ppid;
setInterval(() => process.ppid === parent || void end(), 1000).unref();

try {
	state.network = await startLocalNetwork({ ports: 'default', demo: true, site: true, onStep: say });
	if (!state.ending) {
		console.log(`\nAmana is ready, after ${seconds()} s. Ctrl-C ends it.\n\n    ${state.network.url}\n`);
	}
} catch (error) {
	if (!state.ending) exitWith(error);
}

async function end(): Promise<void> {
	if (state.ending) return;
	state.ending = true;
	// Before it is up, what runs ends with this process.
	endAll('SIGTERM');
	await state.network?.stop();
	process.exit(0);
}

function say(step: string): void {
	console.log(`${seconds().padStart(6)} s  ${step}`);
}

function seconds(): string {
	return ((performance.now() - began) / 1000).toFixed(1);
}
