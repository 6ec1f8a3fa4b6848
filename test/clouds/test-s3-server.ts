/** What an S3 server must do beside keeping objects, as Amana uses it. */
import { describe, expect, test } from 'vitest';
import { utf8 } from '#lib/bytes.ts';
import { cidOf, connectStore, type S3Config } from '#lib/storage/index.ts';
import { payloadOf } from '#lib/storage/payload.ts';
import { s3Client, tagged, text } from '#lib/storage/s3-client.ts';
import { applyCors } from '#lib/storage/s3-cors.ts';
import { bytes, fresh, mebibyte, refusal, same } from '../storage/samples.ts';
import type { TestedCloud } from './tested.ts';

/** Runs the suite over a bucket. */
export function testS3Server(name: string, config: S3Config, traits: TestedCloud['traits']): void {
	const store = connectStore(config);
	const client = s3Client(config);

	describe(`${name}: as an S3 server`, () => {
		test('a wrong secret makes a wrong signature, and that is refused', async () => {
			const stranger = connectStore({ ...config, secretAccessKey: 'wrong' });
			const { cid, content } = await fresh(100);
			await expect(stranger.put(cid, content)).rejects.toMatchObject(refusal('storage.unauthorised'));
			await expect(stranger.put(cid, bytes(9 * mebibyte))).rejects.toMatchObject(refusal('storage.unauthorised'));
			expect(await store.stat(cid)).toBe(null);
		});

		test('a bucket that is not there is a wrong setting', async () => {
			const lost = connectStore({ ...config, bucket: 'no-such-bucket' });
			const { cid, content } = await fresh(100);
			await expect(lost.put(cid, content)).rejects.toMatchObject(refusal('storage.invalid-cloud'));
		});

		test('a signed header holds what people write in any script, as it was sent', async () => {
			const note = encodeURIComponent('سجل المريض — запись ✓');
			const { cid, content } = await fresh(10);
			await client.send(String(cid), { method: 'PUT', body: await payloadOf(content), headers: { 'x-amz-meta-note': note } }, text); // prettier-ignore
			const read = (response: Response) => Promise.resolve(response.headers.get('x-amz-meta-note'));
			expect(await client.send(String(cid), { method: 'HEAD' }, read)).toBe(note);
		});

		test('a name in any script is signed as the server reads it', async () => {
			const key = encodeURIComponent('ملف الأشعة (1)');
			const body = await payloadOf(utf8('hello'));
			await client.send(key, { method: 'PUT', body }, text);
			expect(await client.send(key, {}, text)).toBe('hello');
			await client.send(key, { method: 'DELETE' }, text);
		});

		test('a probe finds out whether puts can be conditional, and whether others can read what lies there', async () => {
			const report = await store.probe();
			expect(report).toMatchObject({ ok: traits.anyone, conditional: traits.conditional });
			const anyone = report.checks.find(({ step }) => step === 'anyone');
			expect(anyone?.ok).toBe(traits.anyone);
			if (!traits.anyone) expect(anyone?.error?.code).toMatch(/^storage\.(unauthorised|invalid-cloud)$/);
		});

		if (traits.conditional) {
			test('an object that is there is left alone when asked, and put over when not asked', async () => {
				const strict = connectStore({ ...config, conditional: true });
				expect(strict.capabilities.conditional).toBe(true);
				const { cid, content } = await fresh(1000);
				await strict.put(cid, content, { ifAbsent: true });
				await strict.put(cid, bytes(1000, 5), { ifAbsent: true });
				expect(await strict.readRange(cid, 0, 1000)).toEqual(content);
				await strict.put(cid, bytes(1000, 5));
				expect(await strict.readRange(cid, 0, 1000)).toEqual(bytes(1000, 5));
			});
		}

		test('an upload in parts goes on where it stopped, and only the missing parts are sent', async () => {
			const content = bytes(40 * mebibyte + 1, Math.random() * 2 ** 31);
			const cid = await cidOf(content);
			let state: unknown = null;
			const resume = { load: () => Promise.resolve(state), save: (next: unknown) => Promise.resolve(void (state = structuredClone(next))) }; // prettier-ignore
			const stop = new AbortController();
			const onProgress = (done: number) => {
				if (done >= 16 * mebibyte) stop.abort();
			};
			await expect(store.put(cid, content, { resume, signal: stop.signal, onProgress })).rejects.toMatchObject(refusal('general.cancelled')); // prettier-ignore
			const mine = async () => ((await store.listUnfinished?.()) ?? []).filter(({ object }) => object === String(cid));
			expect(await mine()).toHaveLength(1);
			const done: number[] = [];
			await connectStore(config).put(cid, content, { resume, onProgress: (value) => done.push(value) });
			expect(done[0]).toBeGreaterThanOrEqual(16 * mebibyte);
			expect(done.at(-1)).toBe(content.length);
			expect(same(await store.readRange(cid, 0, content.length), content)).toBe(true);
			expect(await mine()).toEqual([]);
			await store.remove(cid);
		});

		test('an upload that was left behind is found and taken back', async () => {
			const { cid } = await fresh(100);
			const id = tagged(await client.send(`${String(cid)}?uploads=`, { method: 'POST' }, text), 'UploadId') ?? '';
			const body = await payloadOf(bytes(5000));
			await client.send(`${String(cid)}?partNumber=1&uploadId=${encodeURIComponent(id)}`, { method: 'PUT', body }, text); // prettier-ignore
			const mine = async () => ((await store.listUnfinished?.()) ?? []).filter(({ object }) => object === String(cid));
			const [upload] = await mine();
			expect(await store.unfinishedBytes?.(upload!)).toBe(5000);
			await store.abortUnfinished?.(upload!);
			expect(await mine()).toEqual([]);
		});

		test('a presigned link is read by anyone, in part, and by nobody once it is changed or over', async () => {
			const { cid, content } = await fresh(1000);
			await store.put(cid, content);
			const link = (await store.presign?.(cid, 1)) ?? '';
			const answer = await fetch(link, { headers: { range: 'bytes=10-19' } });
			expect(new Uint8Array(await answer.arrayBuffer())).toEqual(content.slice(10, 20));
			expect((await fetch(link.replace(/Signature=..../, 'Signature=0000'))).status).toBe(403);
			await new Promise((resolve) => setTimeout(resolve, 2500));
			expect((await fetch(link)).status).toBeGreaterThanOrEqual(400);
		});

		test('its CORS rules can be written, or it says that it keeps none', async () => {
			if (traits.cors) await applyCors(config);
			else await expect(applyCors(config)).rejects.toMatchObject(refusal('storage.invalid-cloud'));
		});
	});
}
