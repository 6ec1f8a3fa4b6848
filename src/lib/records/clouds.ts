/** A person's clouds: whether each still takes and gives what it should. */
import { asAppError, type ErrorCode } from '#lib/errors.ts';
import { connectStore, nameOf, type StoreConfig } from '#lib/storage/index.ts';
import type { Deps } from './deps.ts';
import { labelOf } from './save-progress.ts';

export interface CloudHealth {
	name: string;
	label: string;
	kind: 's3' | 'ipfs' | 'opfs' | 'http' | 'memory';
	state: 'well' | 'no-answer' | 'refused' | 'read-only';
	checkedAt: number;
	latencyMs: number | null;
	code: string | null;
}

/** The state of each of this account's clouds. It tries a write: at a failing provider, reads stay healthy for weeks. */
export function checkClouds(deps: Deps): Promise<CloudHealth[]> {
	return Promise.all(deps.configs.map((config) => checkCloud(config)));
}

/** The state of one cloud, also while a person is adding it. Never throws, unless cancelled. */
export async function checkCloud(config: StoreConfig, signal?: AbortSignal): Promise<CloudHealth> {
	const checkedAt = Date.now();
	const cloud = { name: nameOf(config), label: labelOf(config), kind: config.kind, checkedAt };
	try {
		const store = connectStore(config);
		const { ok, checks } = await store.probe({ signal });
		const latencyMs = Date.now() - checkedAt;
		const error = checks.find((check) => !check.ok)?.error;
		const well = store.capabilities.write ? 'well' : 'read-only';
		return { ...cloud, state: ok ? well : stateOf(error?.code), latencyMs, code: error?.code ?? null };
	} catch (error) {
		const { code } = asAppError(error);
		return { ...cloud, state: stateOf(code), latencyMs: null, code };
	}
}

function stateOf(code: ErrorCode | undefined): CloudHealth['state'] {
	return code === 'storage.unreachable' || code === undefined ? 'no-answer' : 'refused';
}
