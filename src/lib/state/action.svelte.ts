/**
 * One button's work: runs a use case with the open session, says how far it is, and keeps what went wrong. A second click while it runs
 * does nothing; when the session ends, the work is aborted.
 */
import { asAppError, type AppError } from '#lib/errors.ts';
import type { ActionStage, Deps, SignedAction } from '#lib/records/index.ts';
import { network } from './network.svelte.ts';
import { session } from './session.svelte.ts';

export type ActionState = 'idle' | 'working' | 'done' | 'failed';

/** What the work is given; fits the last parameter of every use case in `records`. */
export interface ActionTools {
	signal: AbortSignal;
	onStage: (stage: ActionStage) => void;
	/** There when the person only signs, and somebody else pays. */
	handOver?: (signed: SignedAction) => void;
}

export class Action<T> {
	state = $state<ActionState>('idle');
	/** How far a transaction is: saving, waiting for the wallet, confirming. */
	stage = $state<ActionStage | null>(null);
	error = $state.raw<AppError | null>(null);
	result = $state.raw<T | null>(null);
	/** What was signed for somebody else to send, while that is waited for. */
	signed = $state.raw<SignedAction | null>(null);
	#cancelling: AbortController | null = null;
	readonly #need: () => Deps;

	/** `need`: what it works with; those of the open session unless given. */
	constructor(need: () => Deps = () => session.need()) {
		this.#need = need;
	}

	/**
	 * Runs it. Resolves with the result, or null when it failed (`error` says how) or was cancelled (back to idle).
	 * `refresh`: lists to read again afterwards, whatever came of it, since even a failure may have changed the chain.
	 * `signOnly`: the wallet signs and pays nothing; `signed` is what to hand over.
	 */
	async run(
		work: (deps: Deps, tools: ActionTools) => Promise<T>,
		options: { refresh?: readonly { refresh(): Promise<void> }[]; signOnly?: boolean } = {},
	): Promise<T | null> {
		if (this.state === 'working') return null;
		this.reset();
		this.state = 'working';
		this.#cancelling = new AbortController();
		const signal = AbortSignal.any([this.#cancelling.signal, session.signal]);
		const onStage = (stage: ActionStage) => (this.stage = stage);
		try {
			const handOver = (signed: SignedAction) => (this.signed = signed);
			const result = await work(this.#need(), { signal, onStage, ...(options.signOnly && { handOver }) });
			this.result = result;
			this.state = 'done';
			network.answered();
			return result;
		} catch (cause) {
			this.#failed(asAppError(cause));
			return null;
		} finally {
			this.stage = null;
			this.signed = null;
			for (const list of options.refresh ?? []) void list.refresh();
		}
	}

	/** Stops the work where it can still be stopped: not once the wallet has sent the transaction. */
	cancel(): void {
		this.#cancelling?.abort();
	}

	/** As before the first click. */
	reset(): void {
		this.state = 'idle';
		this.error = null;
		this.result = null;
	}

	#failed(error: AppError): void {
		network.failed(error);
		const cancelled = error.code === 'general.cancelled';
		this.state = cancelled ? 'idle' : 'failed';
		this.error = cancelled ? null : error;
	}
}
