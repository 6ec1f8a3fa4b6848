/**
 * Sealed pieces brought from one cloud to another, without opening them: everything that lies on one of the person's clouds to another
 * of theirs (move), or what a hospital stored to the patient's own (adopt). Headers stay as they were signed; whoever opens a record
 * asks the patient's clouds for a piece that is not where its header says, as its address is the same everywhere.
 */
import type { CID } from 'multiformats/cid';
import type { Hash } from '#lib/chain/index.ts';
import { AppError, asAppError, type ErrorCode } from '#lib/errors.ts';
import { connectStore, copyObject, nameOf, publicStore, removeObject, type Store } from '#lib/storage/index.ts';
import { requireIdentity } from './act.ts';
import type { Deps } from './deps.ts';
import { notesIn } from './engine-notes.ts';
import type { Holding } from './holdings.ts';
import { notePlacements } from './placements.ts';

export interface MoveProgress {
	/** Objects done and in all. */
	done: number;
	total: number;
	/** Bytes sent so far. */
	bytes: number;
}

export interface MoveOptions {
	signal?: AbortSignal | undefined;
	onProgress?: ((progress: MoveProgress) => void) | undefined;
}

/** What came of copying. */
export interface Moved {
	/** Objects that are at the other end now, every byte checked. */
	copied: number;
	/** Bytes that were sent; what was there already was not. */
	bytes: number;
	/** Objects that the old cloud took away, and those that it would not or cannot. */
	removed: number;
	kept: number;
	/** Records of which something could not be brought over, with the reason. Then nothing was taken away. */
	failed: { recordId: Hash; code: ErrorCode }[];
}

interface Task {
	recordId: Hash;
	cid: CID;
	/** A piece lies in one place, which is noted; a block on every cloud; what audits need of a piece beside it. */
	isPiece: boolean;
	from: readonly Store[];
	to: readonly Store[];
}

/**
 * Brings everything of these records that lies on one of the account's clouds to another, checks it there, and then takes the old
 * copies away where the cloud does that. May be stopped and begun again, in another page too: what is there already, and the parts of a piece that are, are
 * not sent twice. Throws
 * `storage.no-clouds` where either is not one of the account's, `wallet.locked`, `general.cancelled`.
 */
export async function moveCloud(
	deps: Deps,
	{ holdings, from, to }: { holdings: readonly Holding[]; from: string; to: string },
	options: MoveOptions = {},
): Promise<Moved> {
	requireIdentity(deps);
	const [source, target] = [ownStore(deps, from), ownStore(deps, to)];
	if (from === to || !target.capabilities.write)
		throw new AppError('storage.no-clouds', 'Nothing can be moved there.', { details: { store: to } });
	const tasks = holdings.flatMap(({ recordId, blocks, parts }) => {
		const pieces = parts.flatMap((part) => part.pieces).filter(({ store }) => store === from);
		const task = (cid: CID, isPiece: boolean): Task => ({ recordId, cid, isPiece, from: [source], to: [target] });
		return [
			...blocks.map((cid) => task(cid, false)),
			...pieces.flatMap(({ cid, proofs }) => [task(proofs, false), task(cid, true)]),
		];
	});
	const moved = await copyAll(deps, tasks, options);
	moved.failed.push(...holdings.flatMap(unread));
	// A lock may serve a record that failed: then all stays as it was, and the next try begins where this one ended.
	for (const cid of moved.failed.length > 0 ? [] : tasks.map((task) => task.cid)) {
		const { answer } = await removeObject(source, cid, { signal: options.signal });
		moved[answer === 'removed' || answer === 'absent' ? 'removed' : 'kept'] += 1;
	}
	return moved;
}

/**
 * Copies what others stored of these records to the account's own clouds, a piece to each in turn, and headers with their locks to all.
 * The hospital's copies stay. Throws `storage.no-clouds`, `wallet.locked`, `general.cancelled`.
 */
export async function adoptRecords(
	deps: Deps,
	{ holdings }: { holdings: readonly Holding[] },
	options: MoveOptions = {},
): Promise<Moved> {
	requireIdentity(deps);
	const own = deps.configs.map(connectStore).filter(({ capabilities }) => capabilities.write);
	if (own.length === 0) throw new AppError('storage.no-clouds', 'No cloud of this account takes anything.');
	const names = new Set(own.map(({ name }) => name));
	const tasks = holdings.flatMap((holding) => {
		const { recordId } = holding;
		const theirs = [...new Set(holding.parts.flatMap(({ pieces }) => pieces.map(({ store }) => store)))];
		const from = theirs.filter((name) => !names.has(name)).flatMap(storeOrNone);
		const blocks = holding.blocks.map((cid): Task => ({
			recordId,
			cid,
			isPiece: false,
			from: [...from, ...own],
			to: own,
		}));
		const pieces = holding.parts.flatMap((part) =>
			part.pieces.flatMap(({ cid, proofs, store }, i): Task[] => {
				const target = own[i % own.length];
				if (names.has(store) || !target) return [];
				const task = { recordId, from: storeOrNone(store), to: [target] };
				return [
					{ ...task, cid: proofs, isPiece: false },
					{ ...task, cid, isPiece: true },
				];
			}),
		);
		return pieces.length === 0 ? [] : [...blocks, ...pieces];
	});
	return copyAll(deps, tasks, options);
}

/** Records of which a piece lies on clouds of others alone. */
export function notOwn(deps: Deps, holdings: readonly Holding[]): Holding[] {
	const names = new Set(deps.configs.map(nameOf));
	return holdings.filter(({ parts }) => parts.some(({ pieces }) => pieces.every(({ store }) => !names.has(store))));
}

async function copyAll(deps: Deps, tasks: readonly Task[], { signal, onProgress }: MoveOptions): Promise<Moved> {
	const moved: Moved = { copied: 0, bytes: 0, removed: 0, kept: 0, failed: [] };
	for (const [index, { recordId, cid, isPiece, from, to }] of tasks.entries()) {
		onProgress?.({ done: index, total: tasks.length, bytes: moved.bytes });
		try {
			for (const target of to) {
				const resume = isPiece ? notesIn(deps.cache)(target, cid) : undefined;
				moved.bytes += await copyObject(cid, { from, to: target, signal, resume });
			}
			moved.copied += 1;
			if (isPiece)
				await notePlacements(
					deps,
					to.map(({ name: store }) => ({ cid, store })),
				);
		} catch (cause) {
			const { code } = asAppError(cause, 'storage.unreachable');
			if (code === 'general.cancelled') throw cause;
			if (!moved.failed.some((failure) => failure.recordId === recordId)) moved.failed.push({ recordId, code });
		}
	}
	onProgress?.({ done: tasks.length, total: tasks.length, bytes: moved.bytes });
	return moved;
}

/** A record whose header no cloud gave now: what it has there is not known. One whose header is no header has nothing. */
function unread({ recordId, problem }: Holding): Moved['failed'] {
	return problem === null || problem === 'records.invalid-header' ? [] : [{ recordId, code: problem }];
}

function ownStore(deps: Deps, name: string): Store {
	const config = deps.configs.find((candidate) => nameOf(candidate) === name);
	if (!config)
		throw new AppError('storage.no-clouds', 'Not one of this account’s clouds.', { details: { store: name } });
	return connectStore(config);
}

/** A place that only its writer can reach has no public address. */
function storeOrNone(name: string): Store[] {
	try {
		return [publicStore(name)];
	} catch {
		return [];
	}
}
