/**
 * What crosses between page and worker: comlink copies plain data but neither error codes nor abort signals, so results
 * travel as "value or failure", and a cancelled call is named by its number.
 */
import { AppError, asAppError, type ErrorCode, type ErrorDetails } from '#lib/errors.ts';
import type { Progress } from '#lib/storage/index.ts';
import type { Engine } from './engine.ts';
import type { SpreadWork } from './engine-spread.ts';

export type Outcome<Value> =
	{ value: Value } | { failure: { code: ErrorCode; message: string; details: ErrorDetails } };

export type EngineMethod = keyof Engine;

/** The worker's side of the door. `call` is the number by which `cancel` knows it. */
export interface RemoteEngine {
	run(
		call: number,
		method: EngineMethod,
		parameters: readonly unknown[],
		onProgress: ((progress: Progress) => void) | null,
		onPlanned: NonNullable<SpreadWork['onPlanned']> | null,
	): Promise<Outcome<unknown>>;
	/** `reason` is kept where it is a text. */
	cancel(call: number, reason?: string): void;
}

/** Runs calls by name against an engine, and turns what they throw into data. */
export function serveEngine(engine: Engine): RemoteEngine {
	const running = new Map<number, AbortController>();
	return {
		async run(call, method, parameters, onProgress, onPlanned) {
			const controller = new AbortController();
			running.set(call, controller);
			const { signal } = controller;
			const options = { signal, ...(onProgress && { onProgress }), ...(onPlanned && { onPlanned }) };
			try {
				const doors = engine as unknown as Record<EngineMethod, (...all: unknown[]) => Promise<unknown>>;
				return { value: await doors[method](...parameters, options) };
			} catch (error) {
				const { code, message, details } = asAppError(error);
				return { failure: { code, message, details } };
			} finally {
				running.delete(call);
			}
		},
		cancel: (call, reason) => running.get(call)?.abort(reason),
	};
}

/** The value, or the failure thrown again as an AppError. */
export function unwrapOutcome<Value>(outcome: Outcome<Value>): Value {
	if ('value' in outcome) return outcome.value;
	const { code, message, details } = outcome.failure;
	throw new AppError(code, message, { details });
}
