/** Reading Filecoin's own proofs of possession: from a contract that says in its log what Filecoin's verifier says. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createClient, custom, getContract, parseAbi } from 'viem';
import { readPdpEvents } from '../../src/lib/chain/audit/read-pdp-events.ts';
import type { RawLog } from '../../src/lib/chain/history/logs.ts';
import { publicClient, viem, type Hex } from './network.ts';

const abi = parseAbi([
	'struct PieceIdAndOffset { uint256 pieceId; uint256 offset; }',
	'function prove(uint256 setId, PieceIdAndOffset[] challenges)',
	'function beginPeriod(uint256 setId, uint256 challengeEpoch, uint256 leafCount)',
]);

/** A verifier that proved set 7 twice and another once. */
async function proven() {
	const { address } = await viem.deployContract('PdpLog');
	const [wallet] = await viem.getWalletClients();
	const contract = getContract({ abi, address, client: { public: publicClient, wallet: wallet! } });
	await contract.write.beginPeriod([7n, 100n, 4096n]);
	await contract.write.prove([7n, [{ pieceId: 1n, offset: 2n }, { pieceId: 0n, offset: 4095n }]]); // prettier-ignore
	await contract.write.prove([8n, [{ pieceId: 5n, offset: 5n }]]);
	await contract.write.beginPeriod([7n, 2980n, 5000n]);
	return { verifier: contract.address, dataSetId: 7n, fromBlock: 0 };
}

/** The same node, but that it changes the logs that it gives. */
const lying = (change: (log: RawLog) => RawLog) =>
	createClient({
		transport: custom({
			request: async (question: { method: string }) => {
				const answer: unknown = await publicClient.request(question as never);
				return question.method === 'eth_getLogs' ? (answer as RawLog[]).map(change) : answer;
			},
		}),
	});

describe('Proofs of Filecoin’s own', () => {
	it('are read for one data set, oldest first', async () => {
		const events = await readPdpEvents(publicClient, await proven());
		assert.deepEqual(
			events.map(({ blockNumber, logIndex, transactionHash, ...event }) => {
				assert.ok(blockNumber > 0 && logIndex === 0 && transactionHash.length === 66);
				return event;
			}),
			[
				{ name: 'NextProvingPeriod', challengeEpoch: 100n, leafCount: 4096n },
				{
					name: 'PossessionProven',
					challenges: [
						{ pieceId: 1n, offset: 2n },
						{ pieceId: 0n, offset: 4095n },
					],
				},
				{ name: 'NextProvingPeriod', challengeEpoch: 2980n, leafCount: 5000n },
			],
		);
	});

	it('are none for a data set that is not there, nor before it began', async () => {
		const { verifier } = await proven();
		assert.deepEqual(await readPdpEvents(publicClient, { verifier, dataSetId: 9n, fromBlock: 0 }), []);
		assert.deepEqual(await readPdpEvents(publicClient, { verifier, dataSetId: 7n, fromBlock: 0, toBlock: 0 }), []);
	});

	const lies: [string, (log: RawLog) => RawLog][] = [
		['of another data set', (log) => ({ ...log, topics: [log.topics[0]!, `0x${'8'.padStart(64, '0')}`] })],
		['of another contract', (log) => ({ ...log, address: `0x${'1'.repeat(40)}` })],
		['of another event', (log) => ({ ...log, topics: [`0x${'2'.repeat(64)}`, ...log.topics.slice(1)] })],
		['without its data', (log) => ({ ...log, data: '0x' })],
		['cut short', (log) => ({ ...log, data: log.data.slice(0, -64) as Hex })],
	];
	for (const [what, change] of lies) {
		it(`${what} are refused`, async () => {
			const question = await proven();
			await assert.rejects(readPdpEvents(lying(change), question), { name: 'AppError', code: 'chain.unreachable' });
		});
	}
});
