import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#lib/errors.ts';
import { Listing, type Snapshot } from '#lib/state/listing.svelte.ts';
import { network } from '#lib/state/network.svelte.ts';

const unreachable = new AppError('chain.unreachable', 'no answer');

/** A source that answers when told to. */
function source() {
	const waiting: PromiseWithResolvers<readonly string[]>[] = [];
	return {
		read: () => {
			const next = Promise.withResolvers<readonly string[]>();
			waiting.push(next);
			return next.promise;
		},
		get asked() {
			return waiting.length;
		},
		answer: (index: number, items: readonly string[]) => waiting[index]?.resolve(items),
		fail: (index: number, error: unknown) => waiting[index]?.reject(error),
	};
}

describe('a list', () => {
	let from: ReturnType<typeof source>;
	let list: Listing<string>;
	beforeEach(() => {
		from = source();
		list = new Listing(from.read);
		network.answered();
	});

	it('is neither empty nor stale before it was read', () => {
		expect(list).toMatchObject({ state: 'idle', items: [], empty: false, stale: false, readAt: null });
	});

	it('that has nothing in it is empty only once that is known', async () => {
		const loading = list.load();
		expect(list).toMatchObject({ state: 'loading', empty: false });
		from.answer(0, []);
		await loading;
		expect(list).toMatchObject({ state: 'ready', empty: true, error: null });
	});

	it('is read once for several screens that ask at once', async () => {
		const both = [list.load(), list.refresh()];
		from.answer(0, ['a']);
		await Promise.all(both);
		expect(from.asked).toBe(1);
		expect(list.items).toEqual(['a']);
	});

	it('is read again for work that needs it as it is now, which fails when that fails', async () => {
		const first = list.load();
		from.answer(0, ['a']);
		await first;
		const now = list.current();
		from.answer(1, ['a', 'b']);
		expect(await now).toEqual(['a', 'b']);
		const failing = list.current();
		from.fail(2, unreachable);
		await expect(failing).rejects.toBe(unreachable);
		expect(list.items).toEqual(['a', 'b']);
	});

	it('that is fresh is not read again by load, but by refresh', async () => {
		const first = list.load();
		from.answer(0, ['a']);
		await first;
		await list.load();
		expect(from.asked).toBe(1);
		const again = list.refresh();
		from.answer(1, ['b']);
		await again;
		expect(list.items).toEqual(['b']);
	});

	it('that cannot be read says why, and says so to the network', async () => {
		const loading = list.load();
		from.fail(0, unreachable);
		await loading;
		expect(list).toMatchObject({ state: 'failed', error: unreachable, stale: false, empty: false });
		expect(network.reachable).toBe(false);
	});

	it('keeps what was read before, marked as such, until it is read again', async () => {
		const first = list.load();
		from.answer(0, ['a']);
		await first;
		const { readAt } = list;
		const failing = list.refresh();
		from.fail(1, unreachable);
		await failing;
		expect(list).toMatchObject({ items: ['a'], stale: true, state: 'failed', readAt });
		const again = list.load();
		from.answer(2, ['a', 'b']);
		await again;
		expect(list).toMatchObject({ items: ['a', 'b'], stale: false, state: 'ready', error: null });
		expect(network.reachable).toBe(true);
	});

	it('does not blame the network for a refusal', async () => {
		const loading = list.load();
		from.fail(0, new AppError('records.no-grant', 'not shared'));
		await loading;
		expect(network.reachable).toBe(true);
	});

	it('that was emptied is not filled by an answer from before', async () => {
		const loading = list.load();
		list.clear();
		from.answer(0, ['of another account']);
		await loading;
		expect(list).toMatchObject({ items: [], state: 'idle', readAt: null });
	});

	it('that was emptied can be read anew while the old answer is still to come', async () => {
		const old = list.load();
		list.clear();
		const fresh = list.load();
		from.answer(1, ['mine']);
		await fresh;
		from.answer(0, ['of another account']);
		await old;
		expect(list.items).toEqual(['mine']);
	});

	it('wraps what is not an AppError', async () => {
		const loading = list.load();
		from.fail(0, new TypeError('a bug'));
		await loading;
		expect(list.error).toMatchObject({ code: 'general.unexpected', message: 'a bug' });
	});
});

describe('a public list', () => {
	it('that cannot be read shows what was read on an earlier visit, with its time', async () => {
		const kept: Snapshot<string> = {
			save: () => Promise.resolve(),
			load: () => Promise.resolve({ items: ['a'], readAt: 5 }),
		};
		const list = new Listing<string>(() => Promise.reject(unreachable), kept);
		await list.load();
		expect(list).toMatchObject({ items: ['a'], readAt: 5, stale: true, state: 'failed', error: unreachable });
	});

	it('is kept each time it was read; that keeping fails changes nothing', async () => {
		const saved: (readonly string[])[] = [];
		const kept: Snapshot<string> = {
			save: (items) => (saved.push(items), Promise.reject(new Error('full'))),
			load: () => Promise.reject(new Error('forbidden')),
		};
		const list = new Listing<string>(() => Promise.resolve(['a']), kept);
		await list.refresh();
		expect(saved).toEqual([['a']]);
		expect(list).toMatchObject({ state: 'ready', error: null });
	});
});
