/** A whole file as a Blob, in a real Chromium: what ended the stream is told. */
import { expect, test } from 'vitest';
import { AppError } from '#lib/errors.ts';
import { discard, gather, memory, spread } from '#lib/storage/index.ts';
import { blobOfStream } from '#lib/storage/blob-of.ts';
import { bytes, mebibyte, randomKey, same } from './samples.ts';

test('a stream is a Blob of the same bytes', async () => {
	const source = bytes(3 * mebibyte + 5);
	const blob = await blobOfStream(new Blob([source]).stream());
	expect(same(new Uint8Array(await blob.arrayBuffer()), source)).toBe(true);
});

test('a stream that fails on the way fails with its own error', async () => {
	const error = new AppError('storage.corrupt', 'Wrong bytes.');
	let given = 0;
	const stream = new ReadableStream<Uint8Array>({
		pull(controller) {
			if (given++ < 3) controller.enqueue(bytes(10));
			else controller.error(error);
		},
	});
	await expect(blobOfStream(stream)).rejects.toBe(error);
});

test('a file whose opening is cancelled on the way says so', async () => {
	const [store, key] = [memory('a'), randomKey()];
	const manifest = await spread(bytes(30 * mebibyte), { stores: [store], key });
	const stop = new AbortController();
	const onProgress = ({ done }: { done: number }) => done > 5 * mebibyte && stop.abort(discard);
	const opening = gather(manifest, { stores: [store], key, signal: stop.signal, onProgress }).then(blobOfStream);
	await expect(opening).rejects.toMatchObject({ code: 'general.cancelled' });
});
