/**
 * Checking a record, a transaction or a file, for anybody: first what the chain and the clouds say, then whether several endpoints say
 * the same. The second takes longer, so what is known already is shown meanwhile.
 */
import { asAppError, type AppError } from '#lib/errors.ts';
import type { Address, CrossChecked, Deps, Hash, Pasted, Verification } from '#lib/records/index.ts';
import { network } from './network.svelte.ts';
import { reading, type RecordsModule } from './public.svelte.ts';

export type VerifyingState = 'idle' | 'working' | 'done' | 'failed';

export class Verifying {
	state = $state<VerifyingState>('idle');
	result = $state.raw<Verification | null>(null);
	/** What several endpoints said; null before that, and where there is nothing to ask them. */
	crossChecked = $state.raw<CrossChecked | null>(null);
	/** The endpoints are being asked. */
	isComparing = $state(false);
	error = $state.raw<AppError | null>(null);
	/** Milliseconds since 1970. */
	checkedAt = $state<number | null>(null);
	#generation = 0;

	/** What a pasted or scanned text is. Throws what opening the records throws. */
	async read(text: string): Promise<Pasted> {
		const [, { readPasted }] = await reading();
		return readPasted(text);
	}

	/** A record's number, or a transaction's. Never throws: see `error`. */
	number(number: Hash, patient: Address | null = null): Promise<void> {
		return this.#run((deps, records) => records.verifyNumber(deps, { number, patient }));
	}

	/** A saved log, or an object from the clouds. Never throws: see `error`. */
	file(file: File): Promise<void> {
		return this.#run((deps, records) => records.verifyFile(deps, file));
	}

	clear(): void {
		this.#generation++;
		this.state = 'idle';
		this.result = null;
		this.crossChecked = null;
		this.isComparing = false;
		this.error = null;
	}

	async #run(work: (deps: Deps, records: RecordsModule) => Promise<Verification>): Promise<void> {
		this.clear();
		const generation = this.#generation;
		this.state = 'working';
		try {
			const [deps, records] = await reading();
			const result = await work(deps, records);
			if (generation !== this.#generation) return;
			network.answered();
			this.result = result;
			this.checkedAt = Date.now();
			this.state = 'done';
			this.isComparing = true;
			const crossChecked = await records.crossCheckVerification(deps, result);
			if (generation !== this.#generation) return;
			this.crossChecked = crossChecked;
			this.isComparing = false;
		} catch (cause) {
			if (generation !== this.#generation) return;
			const error = asAppError(cause);
			network.failed(error);
			this.error = error;
			this.isComparing = false;
			this.state = 'failed';
		}
	}
}

export const verifying = new Verifying();
