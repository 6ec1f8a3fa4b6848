import { asAppError, type AppError } from '#lib/errors.ts';
import type { ChainClient, Contracts } from '../types.ts';
import type { ChainEvent } from './events.ts';
import { latestBlock, scanLogs } from './logs.ts';
import { readHistory, type HistoryFilter } from './read-history.ts';

export interface WatchHistoryParameters extends Omit<HistoryFilter, 'signal'> {
	/** Gets the new events, at least one, in order. */
	onChange: (events: ChainEvent[]) => void;
	/** Told that somebody challenged, proved or attested something in public, of whichever record. */
	onAudit?: (() => void) | undefined;
	/** Gets each failure to ask; the watch goes on. */
	onError?: ((error: AppError) => void) | undefined;
}

/**
 * Tells of each new event, by asking once per `client.pollingInterval`. From `fromBlock` on, or from now on.
 *
 * @example const unwatch = watchHistory(client, contracts, { patient, onChange });
 */
export function watchHistory(
	client: ChainClient,
	contracts: Contracts,
	parameters: WatchHistoryParameters,
): () => void {
	const { onChange, onAudit, onError, fromBlock, ...filter } = parameters;
	const stop = new AbortController();
	let next = fromBlock ?? null;
	let timer: ReturnType<typeof setTimeout>;
	const look = async () => {
		try {
			const latest = await latestBlock(client);
			next ??= latest + 1;
			if (latest >= next) {
				const addresses = [contracts.possessionAudit];
				const [events, audits] = await Promise.all([
					readHistory(client, contracts, { ...filter, fromBlock: next, signal: stop.signal }),
					onAudit ? scanLogs(client, { addresses, fromBlock: next, topics: [] }, stop.signal) : [],
				]);
				const blocks = [...events, ...audits].map(({ blockNumber }) => Number(blockNumber));
				next = Math.max(latest, ...blocks) + 1;
				if (events.length > 0 && !stop.signal.aborted) onChange(events);
				if (audits.length > 0 && !stop.signal.aborted) onAudit?.();
			}
		} catch (error) {
			if (!stop.signal.aborted) onError?.(asAppError(error));
		}
		if (!stop.signal.aborted) timer = setTimeout(() => void look(), client.pollingInterval);
	};
	timer = setTimeout(() => void look(), 0);
	return () => {
		stop.abort();
		clearTimeout(timer);
	};
}
