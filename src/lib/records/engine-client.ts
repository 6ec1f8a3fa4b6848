/**
 * The engine as the page has it: the same functions, done in the app's one worker. A signal that aborts is passed on, and
 * the call then rejects with `general.cancelled` as soon as the worker has let go.
 */
import { proxy, wrap } from 'comlink';
import { AppError } from '#lib/errors.ts';
import { discard, parseManifest, readCid, type Leftover } from '#lib/storage/index.ts';
import type { Engine, WorkOptions } from './engine.ts';
import type { Spread, SpreadWork } from './engine-spread.ts';
import { unwrapOutcome, type EngineMethod, type RemoteEngine } from './engine-wire.ts';

let opened: Engine | null = null;

/** The app's engine; the first call starts the worker. */
export function openEngine(): Engine {
	opened ??= connectEngine(new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'amana' }));
	return opened;
}

/** An engine at the other end of a worker or message port. */
export function connectEngine(endpoint: Parameters<typeof wrap>[0]): Engine {
	const remote = wrap<RemoteEngine>(endpoint);
	let calls = 0;

	async function run(method: EngineMethod, parameters: readonly unknown[], options: SpreadWork = {}) {
		const { signal, onProgress, onPlanned } = options;
		if (signal?.aborted) throw new AppError('general.cancelled', 'The work was cancelled.', { cause: signal.reason });
		const call = calls++;
		const cancel = () => void remote.cancel(call, signal?.reason === discard ? discard : undefined);
		signal?.addEventListener('abort', cancel, { once: true });
		try {
			const progress = onProgress ? proxy(onProgress) : null;
			const planned = onPlanned ? proxy(onPlanned) : null;
			return unwrapOutcome(await remote.run(call, method, parameters, progress, planned));
		} finally {
			signal?.removeEventListener('abort', cancel);
		}
	}
	const quick =
		(method: EngineMethod) =>
		(...parameters: unknown[]) =>
			run(method, parameters);
	const long = (method: EngineMethod) => (order: unknown, options?: WorkOptions) => run(method, [order], options);

	return {
		useLibrary: quick('useLibrary'),
		deriveKeys: quick('deriveKeys'),
		authorityKey: quick('authorityKey'),
		authorityProof: quick('authorityProof'),
		provesAuthority: quick('provesAuthority'),
		issueKeys: quick('issueKeys'),
		verifiedKeys: quick('verifiedKeys'),
		encapsulate: quick('encapsulate'),
		decapsulate: quick('decapsulate'),
		sealTo: quick('sealTo'),
		openSealed: quick('openSealed'),
		spreadFile: async (order, options) => withCids((await run('spreadFile', [order], options)) as Spread),
		finishSpread: quick('finishSpread'),
		keepSpread: quick('keepSpread'),
		takeBackSpread: async (ticket) => {
			const left = (await run('takeBackSpread', [ticket])) as Leftover[];
			return left.map(({ store, cid }) => ({ store, cid: readCid(cid) }));
		},
		gatherFile: long('gatherFile'),
		gatherRange: long('gatherRange'),
		repairFile: long('repairFile'),
		speedsOf: quick('speedsOf'),
		recallSpeeds: quick('recallSpeeds'),
		removeObjects: quick('removeObjects'),
	} as Engine;
}

/** Addresses are copied between threads as plain objects. */
function withCids(spread: Spread): Spread {
	return { ...spread, manifest: parseManifest(spread.manifest) };
}
