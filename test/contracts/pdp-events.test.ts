/** Reading Filecoin's own proofs of possession: from a contract that says in its log what Filecoin's verifier says. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createClient, custom, getContract, parseAbi } from 'viem';
import { readLastProven, readPdpEvents } from '../../src/lib/chain/audit/read-pdp-events.ts';
import type { RawLog } from '../../src/lib/chain/history/logs.ts';
import { publicClient, viem, type Hex } from './network.ts';

const abi = parseAbi([
	'struct PieceIdAndOffset { uint256 pieceId; uint256 offset; }',
	'function prove(uint256 setId, PieceIdAndOffset[] challenges)',
	'function beginPeriod(uint256 setId, uint256 challengeEpoch, uint256 leafCount)',
	'function fault(uint256 setId, uint256 periods)',
]);

/** A verifier that proved set 7 once and another once, and a service that noted a missed period of each. */
async function proven() {
	const [{ address }, { address: service }] = [
		await viem.deployContract('PdpLog'),
		await viem.deployContract('PdpLog'),
	];
	const [wallet] = await viem.getWalletClients();
	const client = { public: publicClient, wallet: wallet! };
	const contract = getContract({ abi, address, client });
	await contract.write.beginPeriod([7n, 100n, 4096n]);
	await contract.write.prove([7n, [{ pieceId: 1n, offset: 2n }, { pieceId: 0n, offset: 4095n }]]); // prettier-ignore
	await contract.write.prove([8n, [{ pieceId: 5n, offset: 5n }]]);
	await contract.write.beginPeriod([7n, 2980n, 5000n]);
	for (const setId of [7n, 8n]) await getContract({ abi, address: service, client }).write.fault([setId, 2n]);
	return { verifier: contract.address, service, dataSetId: 7n, fromBlock: 0 };
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
				if (event.name !== 'FaultRecord') return event;
				assert.equal(event.deadline, BigInt(blockNumber));
				return { name: event.name, periodsFaulted: event.periodsFaulted };
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
				{ name: 'FaultRecord', periodsFaulted: 2n },
			],
		);
	});

	it('are none for a data set that is not there, nor before it began', async () => {
		const question = await proven();
		assert.deepEqual(await readPdpEvents(publicClient, { ...question, dataSetId: 9n }), []);
		assert.deepEqual(await readPdpEvents(publicClient, { ...question, toBlock: 0 }), []);
	});

	it('say until when a data set is proven, where it ever was', async () => {
		const question = await proven();
		const events = await readPdpEvents(publicClient, question);
		const proof = events.find(({ name }) => name === 'PossessionProven');
		assert.equal(await readLastProven(publicClient, question), proof?.blockNumber);
		assert.equal(await readLastProven(publicClient, { ...question, dataSetId: 9n }), null);
		const lost = { ...question, verifier: `0x${'1'.repeat(40)}` as const };
		await assert.rejects(readLastProven(publicClient, lost), { name: 'AppError' });
	});

	it('are not taken from the wrong one of the two contracts', async () => {
		const { service, verifier, ...question } = await proven();
		const swapped = { ...question, verifier: service, service: verifier };
		await assert.rejects(readPdpEvents(publicClient, swapped), { name: 'AppError', code: 'chain.unreachable' });
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
