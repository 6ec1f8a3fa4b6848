/**
 * The real thing, by whoever has it: a data set on the calibration network whose wallet has test USDFC set aside and allowed the service.
 * `AMANA_FILECOIN_DATA_SET` is its number, `AMANA_FILECOIN_KEY` the key. Each write waits for a block or two.
 */
import { env } from 'node:process';
import { describe, expect, test } from 'vitest';
import { connectStore, verified, type FilecoinConfig } from '#lib/storage/index.ts';
import { fresh, mebibyte, same } from '../storage/samples.ts';

const { AMANA_FILECOIN_DATA_SET: dataSet = '', AMANA_FILECOIN_KEY: privateKey = '' } = env;
const config: FilecoinConfig = { kind: 'filecoin', label: 'Calibration', network: 'calibration', dataSet, privateKey };
const patienceMs = 1_800_000;

describe.skipIf(dataSet === '' || privateKey === '')('Filecoin’s calibration network', () => {
	test('every step of a trial works', { timeout: patienceMs }, async () => {
		expect(await connectStore(config).probe()).toMatchObject({ ok: true });
	});

	test(
		'keeps small and large objects, gives any part of them to anyone, and removes them',
		{ timeout: patienceMs },
		async () => {
			const objects = await Promise.all([fresh(10), fresh(3 * mebibyte + 77)]);
			await Promise.all(objects.map(({ cid, content }) => connectStore(config).put(cid, content)));
			const reader = connectStore({ ...config, privateKey: undefined });
			const [small, large] = objects;
			expect(await verified(reader).readRange(small.cid, 0, 99)).toEqual(small.content);
			expect(same(await reader.readRange(large.cid, mebibyte, 2 * mebibyte), large.content.subarray(mebibyte, 2 * mebibyte))).toBe(true); // prettier-ignore
			for (const { cid } of objects) await connectStore(config).remove(cid);
			for (const { cid } of objects) expect(await connectStore(config).stat(cid)).toBe(null);
		},
	);
});
