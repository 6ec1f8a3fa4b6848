/**
 * Many small parts of an object, read from one cloud: close ones in one request, several requests at a time, bounded in time and in bytes.
 *
 * A cloud that ignores Range sends the whole object each time, and the adapter cuts off what was not asked for. What it cut off in front still
 * lies in the answer's buffer, and is counted; the first request goes alone, so that this is seen before there are six.
 */

import type { CID } from 'multiformats/cid';
import { AppError, asAppError } from '#lib/errors.ts';
import type { Range } from '#lib/audit/proofs.ts';
import { hashBytes, layoutOf, leafBytes, runHashes } from '#lib/audit/tree/index.ts';
import type { Store } from '#lib/storage/index.ts';

/** Browsers open six connections to a host over HTTP/1.1. */
const atOnce = 6;
/** What is rather read in vain between two ranges than asked for apart: of 460 runs of hashes of 100 MB, a quarter lie so close. */
const gapBytes = 2048;
/** How long one small answer is waited for. */
const patienceMs = 15_000;
/** Failures to answer after which a cloud is asked no more. */
const enoughFailures = 3;

/** What came of a range: its bytes (fewer where the object ends before), null where the object is not there, or why there was no answer. */
export type RangeAnswer = Uint8Array | AppError | null;

export interface Meter {
	/** Bytes that came so far, of all requests. */
	bytes: number;
	/** More than that, and the cloud is asked no more: `storage.invalid-cloud`. */
	limit: number;
	failures: AppError[];
}

export interface RangeReader {
	store: Store;
	meter: Meter;
	signal?: AbortSignal | undefined;
}

/** One answer for each range, in their order. Throws `general.cancelled`. */
export async function readRanges(reader: RangeReader, cid: CID, ranges: readonly Range[]): Promise<RangeAnswer[]> {
	const groups = together(ranges);
	const answers = new Map<number, RangeAnswer>();
	let next = 0;
	async function work(limit: number): Promise<void> {
		while (next < limit) {
			const group = groups[next++];
			if (!group) continue;
			const answer = await readOne(reader, cid, group);
			for (const i of group.members) {
				const { start, end } = ranges[i] ?? group;
				const cut = answer instanceof Uint8Array ? answer.subarray(start - group.start, end - group.start) : answer;
				answers.set(i, cut);
			}
		}
	}
	await work(Math.min(1, groups.length));
	await Promise.all(Array.from({ length: atOnce }, () => work(groups.length)));
	return ranges.map((_, i) => answers.get(i) ?? null);
}

/** Of so many samples of a piece: several times what an honest cloud sends, so that chance does not matter. */
export function mostBytes(size: number, samples: number): number {
	const top = (layoutOf(size).levels[0]?.nodes ?? 0) * hashBytes;
	const lower = layoutOf(size).levels.length - 1;
	return 2 ** 20 + 4 * (top + samples * (leafBytes + lower * runHashes * hashBytes));
}

interface Group extends Range {
	/** Which ranges lie in it. */
	members: number[];
}

function together(ranges: readonly Range[]): Group[] {
	const order = ranges.map((_, i) => i).sort((a, b) => (ranges[a]?.start ?? 0) - (ranges[b]?.start ?? 0));
	const groups: Group[] = [];
	for (const i of order) {
		const { start, end } = ranges[i] ?? { start: 0, end: 0 };
		const last = groups.at(-1);
		if (last && start - last.end <= gapBytes) {
			last.members.push(i);
			last.end = Math.max(last.end, end);
		} else groups.push({ start, end, members: [i] });
	}
	return groups;
}

async function readOne({ store, meter, signal }: RangeReader, cid: CID, { start, end }: Range): Promise<RangeAnswer> {
	const details = { store: store.name };
	if (meter.bytes > meter.limit)
		return new AppError('storage.invalid-cloud', 'A cloud sends far more than it is asked for.', { details });
	const last = meter.failures[enoughFailures - 1];
	if (last) return last;
	const limit = AbortSignal.timeout(patienceMs);
	try {
		const bytes = await store.readRange(cid, start, end, { signal: signal ? AbortSignal.any([signal, limit]) : limit });
		meter.bytes += bytes ? bytes.byteOffset + bytes.length : 0;
		return bytes;
	} catch (error) {
		if (signal?.aborted) throw asAppError(error);
		const failure = limit.aborted
			? new AppError('storage.stalled', 'A cloud was asked and said nothing more.', { cause: error, details })
			: asAppError(error, 'storage.unreachable');
		meter.failures.push(failure);
		return failure;
	}
}
