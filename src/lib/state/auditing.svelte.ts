/** Asking the clouds of one record for proof, for anybody: samples from each. */
import { asAppError, type AppError } from '#lib/errors.ts';
import type { Address, AuditProgress, CloudAudit, Hash } from '#lib/records/index.ts';
import { network } from './network.svelte.ts';
import { reading } from './public.svelte.ts';

export class Auditing {
	state = $state<'idle' | 'working' | 'done' | 'failed'>('idle');
	progress = $state.raw<AuditProgress | null>(null);
	audits = $state.raw<readonly CloudAudit[]>([]);
	error = $state.raw<AppError | null>(null);
	#cancelling = new AbortController();

	/** Asks each cloud of the record, one that is not open to all by the links that somebody gave. Never throws: see `error`. */
	async run(record: { patient: Address; recordId: Hash }, given: File | null = null): Promise<void> {
		if (this.state === 'working') return;
		this.state = 'working';
		this.progress = null;
		this.error = null;
		this.#cancelling = new AbortController();
		const { signal } = this.#cancelling;
		try {
			const [deps, records] = await reading();
			const links = given && (await records.readAuditLinks(given));
			const holding = await records.readHolding(deps, record, signal);
			const onProgress = (progress: AuditProgress) => (this.progress = progress);
			this.audits = await records.auditHoldings(deps, [holding], { links, signal, onProgress });
			this.state = 'done';
		} catch (cause) {
			const error = asAppError(cause);
			network.failed(error);
			const isCancelled = error.code === 'general.cancelled';
			this.error = isCancelled ? null : error;
			this.state = isCancelled ? 'idle' : 'failed';
		}
	}

	cancel(): void {
		this.#cancelling.abort();
	}
}
