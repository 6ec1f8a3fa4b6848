/**
 * Trying a cloud for real: a few random bytes are written, read, read in part, and removed.
 * A write must be among it: when a large service closed, its reads stayed healthy for weeks while writes already failed.
 */

import { equal } from '#lib/bytes.ts';
import { AppError, asAppError } from '#lib/errors.ts';
import { cidOfBlock } from '#lib/storage/cid.ts';
import type { ProbeOptions, ProbeReport, ProbeStep, Store } from '#lib/storage/store.ts';

const probeBytes = 1024;

/**
 * What each kind of call does at this store. Where it cannot write, only that it answers is tried. Of `views`,
 * `anyone` is the store as others read it by its name, and `conditional` the same store told to rely on conditional puts: it is tried
 * whether an object that is there survives one. `rehearsal` is all of a write but what costs. Throws only `general.cancelled`.
 */
export async function probeStore(
	store: Store,
	options: ProbeOptions = {},
	{ anyone, conditional, rehearsal }: { anyone?: Store; conditional?: Store; rehearsal?: () => Promise<void> } = {},
): Promise<ProbeReport> {
	const bytes = crypto.getRandomValues(new Uint8Array(probeBytes));
	const cid = await cidOfBlock(bytes, 'raw');
	const { write, remove } = store.capabilities;
	const checks: { step: ProbeStep; ok: boolean; error?: AppError }[] = [];

	async function check(step: ProbeStep, work: () => Promise<boolean>): Promise<boolean> {
		try {
			if (!(await work()))
				throw new AppError('storage.corrupt', 'A cloud did not give back what it took.', {
					details: { store: store.name },
				});
			checks.push({ step, ok: true });
			return true;
		} catch (cause) {
			const error = asAppError(cause, 'storage.unreachable');
			if (error.code === 'general.cancelled') throw error;
			checks.push({ step, ok: false, error });
			return false;
		}
	}

	async function reads(start: number, end: number, from = store): Promise<boolean> {
		const found = await from.readRange(cid, start, end, options);
		return write ? found !== null && equal(found, bytes.subarray(start, end)) : found === null;
	}

	/** Other bytes under the same name, to be refused: the store's own first look is passed by, since it is the server that is tried. */
	async function leavesAlone(strict: Store): Promise<boolean> {
		await strict.put(cid, new Uint8Array(probeBytes), { ...options, ifAbsent: true });
		return reads(0, probeBytes);
	}

	let survives: boolean | undefined;
	if (!write) await check('read', () => reads(0, probeBytes));
	else if (options.rehearse && rehearsal) {
		await check('write', async () => (await rehearsal(), true));
		await check('read', async () => (await store.readRange(cid, 0, probeBytes, options)) === null);
	} else if (await check('write', async () => (await store.put(cid, bytes, options), true))) {
		await check('read', () => reads(0, probeBytes));
		await check('range', () => reads(100, 200));
		if (anyone) await check('anyone', () => reads(0, probeBytes, anyone));
		if (conditional) survives = await leavesAlone(conditional).catch(() => false);
		if (remove)
			await check('remove', async () => (await store.remove(cid, options), (await store.stat(cid, options)) === null));
	}
	return { ok: checks.every((entry) => entry.ok), checks, ...(survives !== undefined && { conditional: survives }) };
}
