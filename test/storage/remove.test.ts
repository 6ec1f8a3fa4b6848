import { describe, expect, test } from 'vitest';
import type { ErrorCode } from '#lib/errors.ts';
import { rawTwin } from '#lib/storage/cid.ts';
import { memory, removeObject, spread, type Store } from '#lib/storage/index.ts';
import { nodesOf } from '#lib/storage/copy.ts';
import { failing, flipped } from './bad-store.ts';
import { bytes, mebibyte, randomKey, refusal } from './samples.ts';

/** A store with a sealed piece of that many bytes on it, as a save leaves it. */
async function kept(length: number) {
	const from = memory('from');
	const { pieces } = await spread(bytes(length), { stores: [from], key: randomKey() });
	const cid = pieces[0]!.cid;
	const content = await from.readRange(cid, 0, length + 2 * mebibyte);
	return { from, cid, content: content! };
}

/** The store, which refuses to remove with this code. */
const refusing =
	(code: ErrorCode) =>
	(store: Store): Store => ({ ...store, remove: (cid) => failing('x', code).remove(cid) });

describe('removing an object from a cloud', () => {
	test.each([0, 3 * mebibyte])(
		'of %i bytes takes away its tree as well, and says so; twice, it was not there',
		async (length) => {
			const { from, cid } = await kept(length);
			const nodes = await nodesOf(cid, [from]);
			expect(nodes).toHaveLength(length ? 1 : 0);
			const removal = { store: 'memory:from', object: String(cid), code: null };
			expect(await removeObject(from, cid)).toEqual({ ...removal, answer: 'removed' });
			for (const name of [cid, ...nodes.map((node) => rawTwin(node.cid))]) expect(await from.stat(name)).toBe(null);
			expect(await removeObject(from, cid)).toEqual({ ...removal, answer: 'absent' });
		},
	);

	test('of which the tree alone is left removes that', async () => {
		const { from, cid } = await kept(3 * mebibyte);
		await from.remove(cid);
		expect(await removeObject(from, cid)).toMatchObject({ answer: 'removed' });
		expect(await from.stat(rawTwin(cid))).toBe(null);
	});

	test.each([
		['cannot', (store: Store): Store => ({ ...store, capabilities: { ...store.capabilities, remove: false } })],
		['refused', (store: Store): Store => ({ ...store, remove: () => Promise.resolve() })],
		['refused', refusing('storage.unauthorised')],
		['refused', refusing('storage.invalid-cloud')],
		['unreachable', refusing('storage.unreachable')],
		['unreachable', refusing('storage.busy')],
	] as const)('answers %s where that is what the cloud did', async (answer, spoil) => {
		const { from, cid } = await kept(2 * mebibyte);
		expect(await removeObject(spoil(from), cid)).toMatchObject({ store: 'memory:from', answer });
		expect(await from.stat(cid)).not.toBe(null);
	});

	test('of which the bytes rot is still removed', async () => {
		const { from, cid, content } = await kept(2 * mebibyte);
		await from.put(cid, flipped(content));
		await from.put(rawTwin(cid), bytes(9));
		expect(await removeObject(from, cid)).toMatchObject({ answer: 'removed' });
		expect(await from.stat(cid)).toBe(null);
	});

	test('is cancelled by its signal', async () => {
		const { from, cid } = await kept(1);
		await expect(removeObject(from, cid, { signal: AbortSignal.abort() })).rejects.toMatchObject(refusal('general.cancelled')); // prettier-ignore
		expect(await from.stat(cid)).not.toBe(null);
	});
});
