/**
 * What crosses between page and worker: comlink copies plain data but neither error codes nor abort signals, so results
 * travel as "value or failure", and a cancelled call is named by its number.
 */
import { AppError, asAppError, type ErrorCode, type ErrorDetails } from '#lib/errors.ts';
import type { Progress } from '#lib/storage/index.ts';
import type { Engine } from './engine.ts';

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
	): Promise<Outcome<unknown>>;
	cancel(call: number): void;
}

/** Runs calls by name against an engine, and turns what they throw into data. */
export function serveEngine(engine: Engine): RemoteEngine {
	const running = new Map<number, AbortController>();
	return {
		async run(call, method, parameters, onProgress) {
			const controller = new AbortController();
			running.set(call, controller);
			const options = onProgress ? { signal: controller.signal, onProgress } : { signal: controller.signal };
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
		cancel: (call) => running.get(call)?.abort(),
	};
}

/** The value, or the failure thrown again as an AppError. */
export function unwrapOutcome<Value>(outcome: Outcome<Value>): Value {
	if ('value' in outcome) return outcome.value;
	const { code, message, details } = outcome.failure;
	throw new AppError(code, message, { details });
}
