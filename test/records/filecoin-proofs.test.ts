/** What Filecoin's own proofs look like to an account with a data set, from a node that answers for the contracts. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listFilecoinProofs, type StoreConfig } from '#lib/records/index.ts';
import { startFilecoinCloud, type FilecoinCloud } from '../../scripts/clouds/filecoin-cloud.ts';

let cloud: FilecoinCloud;
beforeEach(async () => void (cloud = await startFilecoinCloud()));
afterEach(() => cloud.stop());

const read = async (...others: StoreConfig[]) => listFilecoinProofs({ configs: [cloud.config, ...others] });
/** Calibration began on 1 November 2022, 18:13 UTC, and makes a block each 30 seconds. */
const timeOf = (block: number) => Date.UTC(2022, 10, 1, 18, 13) + block * 30_000;

describe('a data set', () => {
	test('that was proven this week says when last, and how often', async () => {
		cloud.contracts.prove();
		cloud.contracts.prove();
		const { block } = cloud.contracts;
		expect(await read({ kind: 'memory', label: 'another' })).toEqual([
			{
				store: 'filecoin:calibration/12',
				state: 'proven',
				lastProvenAt: timeOf(block - 100),
				since: timeOf(block - 20_160),
				proofs: 2,
				missed: 0,
				code: null,
			},
		]);
	});

	test('that was never proven is new, not missed', async () => {
		cloud.contracts.lastProvenEpoch = 0n;
		expect(await read()).toMatchObject([{ state: 'new', lastProvenAt: null, proofs: 0 }]);
	});

	test('whose service noted missed periods says how many, though it was proven since', async () => {
		cloud.contracts.fault(2);
		cloud.contracts.fault(1);
		cloud.contracts.prove();
		expect(await read()).toMatchObject([{ state: 'missed', missed: 3, proofs: 1 }]);
	});

	test('whose last proof is older than two days has missed one, whatever else is said', async () => {
		cloud.contracts.prove();
		cloud.contracts.block += 5_900;
		expect(await read()).toMatchObject([{ state: 'missed', missed: 0, proofs: 1 }]);
	});

	test('is told of for less time by a node that does not look far back', async () => {
		cloud.contracts.prove();
		cloud.contracts.lookback = 2_000;
		const { block } = cloud.contracts;
		expect(await read()).toMatchObject([{ state: 'proven', since: timeOf(block - 1_900), proofs: 1 }]);
	});

	test('of which no node tells is silent, and nothing is known of it', async () => {
		await cloud.stop();
		expect(await read()).toMatchObject([{ state: 'silent', lastProvenAt: null, code: 'chain.unreachable' }]);
	});

	test('of another kind has no such proofs', async () => {
		expect(await listFilecoinProofs({ configs: [{ kind: 'memory', label: 'a' }] })).toEqual([]);
	});
});
