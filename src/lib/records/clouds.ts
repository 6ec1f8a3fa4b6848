/** A person's clouds: whether each still takes and gives what it should. */
import { asAppError, type ErrorCode } from '#lib/errors.ts';
import { applyCors, connectStore, corsRules, nameOf, type ProbeStep, type S3Config, type StoreConfig } from '#lib/storage/index.ts'; // prettier-ignore
import type { Deps } from './deps.ts';
import { labelOf } from './save-progress.ts';

export interface CloudHealth {
	name: string;
	label: string;
	kind: StoreConfig['kind'];
	/** `stalled`: it let itself be asked, and said nothing for half a minute. */
	state: 'well' | 'no-answer' | 'stalled' | 'refused' | 'read-only';
	checkedAt: number;
	latencyMs: number | null;
	code: ErrorCode | null;
}

/** The state of each of this account's clouds. It tries a write, where that costs nothing: at a failing provider, reads stay healthy for weeks. */
export function checkClouds(deps: Deps): Promise<CloudHealth[]> {
	return Promise.all(deps.configs.map((config) => checkCloud(config)));
}

/** The state of one cloud. Never throws. */
async function checkCloud(config: StoreConfig): Promise<CloudHealth> {
	const checkedAt = Date.now();
	const cloud = { name: nameOf(config), label: labelOf(config), kind: config.kind, checkedAt };
	try {
		const store = connectStore(config);
		const { ok, checks } = await store.probe({ rehearse: true });
		const latencyMs = Date.now() - checkedAt;
		const error = checks.find((check) => !check.ok)?.error;
		const well = store.capabilities.write ? 'well' : 'read-only';
		return { ...cloud, state: ok ? well : stateOf(error?.code), latencyMs, code: error?.code ?? null };
	} catch (error) {
		const { code } = asAppError(error);
		return { ...cloud, state: stateOf(code), latencyMs: null, code };
	}
}

/** What a trial of a cloud found, before it is added. */
export interface CloudTrial {
	ok: boolean;
	/** Each step that was tried, in order; `code` says why one failed. */
	checks: { step: ProbeStep; ok: boolean; code: ErrorCode | null }[];
	/** The settings, with what the trial learned about the server. */
	config: StoreConfig;
}

/** Tries each kind of call at a cloud that a person is adding. Throws `storage.invalid-cloud`, `general.cancelled`. */
export async function tryCloud(config: StoreConfig, signal?: AbortSignal): Promise<CloudTrial> {
	const { ok, checks, conditional } = await connectStore(config).probe({ signal });
	return {
		ok,
		checks: checks.map(({ step, ok, error }) => ({ step, ok, code: error?.code ?? null })),
		config: config.kind === 's3' && conditional ? { ...config, conditional } : config,
	};
}

/** The rules that let pages into a bucket, to be pasted into the provider's settings. */
export function pageRules(): { json: string; xml: string } {
	return corsRules();
}

/** Writes those rules, where the server lets this page do that. Throws `storage.unreachable`, `.unauthorised`, `.invalid-cloud`. */
export function letPagesIn(config: S3Config, signal?: AbortSignal): Promise<void> {
	return applyCors(config, { signal });
}

function stateOf(code: ErrorCode | undefined): CloudHealth['state'] {
	if (code === 'storage.stalled') return 'stalled';
	return code === 'storage.unreachable' || code === undefined ? 'no-answer' : 'refused';
}
