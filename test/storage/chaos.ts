/**
 * Histories of files on clouds that fail, lie, fill up and flap, in pages that crash at any step, all from one seed: `npm run chaos`.
 *
 * The clouds keep what they were given; between them and the page stands what goes wrong. A page that crashes gets no answer any more:
 * before each call to a cloud it may be over, and then nothing of it happens. A file is acknowledged, and so on chain, when `spread` says so.
 */
import {
	copyObject,
	gather,
	gatherRange,
	memory,
	removeObject,
	repair,
	spread,
	type Manifest,
	type Store,
} from '#lib/storage/index.ts';
import { AppError, asAppError } from '#lib/errors.ts';
import { createRanking } from '#lib/storage/ranking.ts';
import { bytes, drain, randomKey, same } from './samples.ts';
import { flipped } from './bad-store.ts';

export interface Counts {
	histories: number;
	saves: number;
	acknowledged: number;
	crashes: number;
	opens: number;
	repairs: number;
	moves: number;
	removals: number;
	/** Calls to clouds that a fault met. */
	faults: number;
}

export const noCounts = (): Counts => ({ histories: 0, saves: 0, acknowledged: 0, crashes: 0, opens: 0, repairs: 0, moves: 0, removals: 0, faults: 0 }); // prettier-ignore

interface File {
	manifest: Manifest;
	key: Uint8Array;
	source: Uint8Array;
}

type Mood = 'well' | 'dead' | 'lying' | 'full' | 'flapping';

class Crash extends Error {}

/** Random numbers from a seed (mulberry32). */
function dice(seed: number): (below: number) => number {
	let state = seed >>> 0;
	return (below) => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) % below;
	};
}

/** Lives one history. Throws with the seed and what was broken where an invariant does not hold. */
export async function liveHistory(seed: number, counts: Counts): Promise<void> {
	const roll = dice(seed);
	const n = 2 + roll(4);
	const k = 1 + roll(n - 1);
	const clouds = Array.from({ length: n + 1 }, (_, i) => memory(String(i)));
	const moods: Mood[] = clouds.map(() => 'well');
	const files: File[] = [];
	const log: string[] = [];
	counts.histories++;

	/** What one page sees of the clouds until it crashes, before its `fuse`-th call. */
	function page(fuse = Infinity, life = { over: false }): Store[] {
		let calls = 0;
		return clouds.map((cloud, i): Store => {
			async function call<T>(work: () => Promise<T>, writes = false): Promise<T> {
				life.over ||= ++calls >= fuse;
				if (life.over) throw new Crash('the page is gone');
				const mood = moods[i];
				const out = mood === 'dead' || (mood === 'flapping' && roll(2) === 0) || (mood === 'full' && writes);
				if (!out) return work();
				counts.faults++;
				const code = mood === 'full' ? 'storage.full' : 'storage.unreachable';
				throw new AppError(code, `cloud ${i} is ${mood}`);
			}
			return {
				...cloud,
				put: (...all) => call(() => cloud.put(...all), true),
				stat: (...all) => call(() => cloud.stat(...all)),
				remove: (...all) => call(() => cloud.remove(...all)),
				readRange: (...all) =>
					call(async () => {
						const found = await cloud.readRange(...all);
						if (moods[i] !== 'lying' || !found) return found;
						counts.faults++;
						return [flipped(found), found.subarray(1), new Uint8Array(), null][roll(4)] ?? null;
					}),
			};
		});
	}

	/** Lets at most n − k of the clouds be bad, one of them a liar. */
	function changeMoods(): void {
		moods.fill('well');
		for (let bad = roll(n - k + 1); bad > 0; bad--) {
			const choices: Mood[] = moods.includes('lying') ? ['dead', 'full', 'flapping'] : ['dead', 'full', 'flapping', 'lying']; // prettier-ignore
			moods[roll(n)] = choices[roll(choices.length)] ?? 'dead';
		}
		log.push(`moods ${moods.join()}`);
	}

	/** Does it in a page of its own, which may crash; null where it did, or where the clouds did not let it. */
	async function attempt<T>(what: string, work: (stores: Store[]) => Promise<T>): Promise<T | null> {
		const fuse = roll(3) === 0 ? 1 + roll(40) : Infinity;
		log.push(`${what}${fuse < Infinity ? `, crash before call ${fuse}` : ''}`);
		const life = { over: false };
		try {
			const done = await work(page(fuse, life));
			return life.over ? null : done; // a page that is gone tells nobody
		} catch (error) {
			if (!(error instanceof Crash) && !(error instanceof AppError)) throw error;
			return null;
		} finally {
			if (life.over) counts.crashes++;
		}
	}

	async function save(): Promise<void> {
		const key = randomKey();
		const source = bytes([0, 1, 999, 70_000, 1_200_000][roll(5)]! + roll(5), seed + files.length);
		counts.saves++;
		const manifest = await attempt('save', (stores) => spread(source, { stores: stores.slice(0, n), key, k, n }));
		if (!manifest) return;
		counts.acknowledged++;
		files.push({ manifest, key, source });
	}

	async function open({ manifest, key, source }: File, stores: Store[], must: boolean): Promise<void> {
		counts.opens++;
		const ranking = createRanking();
		const [a, b] = [roll(source.length + 1), roll(source.length + 1)];
		const range = { start: Math.min(a, b), end: Math.max(a, b) };
		try {
			const found = await drain(await gather(manifest, { stores, key, ranking }));
			if (!same(found, source) && source.length + found.length > 0) throw new Error('wrong bytes were returned');
			const part = await gatherRange(manifest, { stores, key, ranking, ...range });
			const right = source.subarray(range.start, range.end);
			if (!same(part, right) && right.length + part.length > 0) throw new Error('a wrong range was returned');
		} catch (error) {
			if (!(error instanceof AppError) || must) throw error;
		}
	}

	const fix = (file: File, stores: Store[], deep: boolean) =>
		repair(file.manifest, { stores, key: file.key, deep, relocate: roll(2) === 0 });

	async function move({ manifest }: File, stores: Store[]): Promise<void> {
		const piece = manifest.pieces[roll(n)]!;
		const from = stores.find(({ name }) => name === piece.store)!;
		const to = stores[roll(n + 1)]!;
		if (from === to) return;
		for (const cid of [piece.proofs, piece.cid]) await copyObject(cid, { from: [from], to });
		for (const cid of [piece.cid, piece.proofs]) await removeObject(from, cid);
	}

	/** A file that the patient erased: it is acknowledged no more, whatever happens on the way. */
	async function erase(stores: Store[]): Promise<void> {
		const [gone] = files.splice(roll(files.length), 1);
		for (const { cid, proofs } of gone?.manifest.pieces ?? [])
			for (const store of stores) for (const object of [cid, proofs]) await removeObject(store, object);
	}

	async function step(): Promise<void> {
		changeMoods();
		const file = files[roll(Math.max(1, files.length))];
		const what = roll(7);
		if (!file || what === 0) return save();
		if (what === 2) return open(file, page(), false);
		if (what === 1) {
			await Promise.all([save(), save()]); // two tabs
		} else if (what === 3) {
			counts.repairs++;
			await attempt('repair', (stores) => fix(file, stores, true));
		} else if (what === 4) {
			counts.moves++;
			await attempt('move', (stores) => move(file, stores));
		} else if (what === 5) {
			counts.removals++;
			await attempt('remove', erase);
		} else {
			// Two tabs repair the same file at once.
			await Promise.all([0, 1].map(() => attempt('repair', (stores) => fix(file, stores, false))));
		}
	}

	try {
		for (let i = 3 + roll(6); i > 0; i--) await step();
		moods.fill('well');
		for (const file of files) await open(file, page(), true); // what is on chain opens: nothing acknowledged is lost
		for (const file of files) {
			await repair(file.manifest, { stores: page(), key: file.key, deep: true });
			let again = 0;
			await repair(file.manifest, { stores: page(), key: file.key, deep: true, onProblem: () => again++ });
			if (again > 0) throw new Error('a repair does not converge');
			// Then any k of the places that the manifest names give the file.
			const named = clouds.slice(0, n);
			while (named.length > k) named.splice(roll(named.length), 1);
			await open(file, named, true);
		}
	} catch (error) {
		const { message } = asAppError(error);
		throw new Error(`Seed ${seed} (${k} of ${n}): ${message}\n${log.join('\n')}`, { cause: error });
	}
}

/** Histories from one seed on, one after another. */
export async function liveHistories(first: number, many: number): Promise<Counts> {
	const counts = noCounts();
	for (let i = 0; i < many; i++) await liveHistory(first + i, counts);
	return counts;
}
