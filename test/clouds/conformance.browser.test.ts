/** Every cloud from a real page of another origin: whatever its CORS rules or headers hide from pages shows here. */
import { describe, expect, inject, test } from 'vitest';
import { connectStore } from '#lib/storage/index.ts';
import { fresh, refusal } from '../storage/samples.ts';
import { testStore } from '../storage/test-store.ts';
import './tested.ts';

for (const { name, config, traits } of inject('clouds')) {
	if (traits.pages) testStore(`${name}, from a page`, () => connectStore(config));
	else {
		describe(`${name}, from a page: a server that hides its refusals`, () => {
			test('keeps objects and gives them', async () => {
				const { cid, content } = await fresh(1000);
				await connectStore(config).put(cid, content);
				expect(await connectStore(config).readRange(cid, 10, 20)).toEqual(content.slice(10, 20));
			});

			test('is told apart by a probe, since no page learns whether anything was removed', async () => {
				const { ok, checks } = await connectStore(config).probe();
				expect(ok).toBe(false);
				expect(checks.at(-1)).toMatchObject({ step: 'remove', ok: false, error: refusal('storage.unreachable') });
			});
		});
	}
}
