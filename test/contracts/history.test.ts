import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digest, inDays, inOneBlock, latestBlock, networkHelpers, settled, type Person } from './network.ts';
import { zeroAddress, zeroHash } from 'viem';

const mask = (1n << 48n) - 1n;

function blocksIn(word: bigint): bigint[] {
	const blocks: bigint[] = [];
	for (let rest = word; rest & mask; rest >>= 48n) blocks.push(rest & mask);
	return blocks;
}

/** Walks a patient's records from the newest word backwards: the headers of each block visited, and the number of rounds. */
async function walk(patient: Person): Promise<{ headers: string[]; rounds: number; blocks: bigint[] }> {
	const headers: string[] = [];
	const visited: bigint[] = [];
	let rounds = 0;
	let word = await patient.records.read.historyOf([patient.address]);
	for (; word !== 0n; rounds++) {
		for (const block of blocksIn(word)) {
			const events = await patient.records.getEvents.RecordAdded(
				{ patient: patient.address },
				{ fromBlock: block, toBlock: block },
			);
			assert.notEqual(events.length, 0, 'each block pointed to has an event of the patient');
			visited.push(block);
			headers.unshift(...events.map((event) => event.args.headerDigest ?? ''));
			word = events[0]?.args.history ?? 0n;
		}
	}
	return { headers, rounds, blocks: visited };
}

const add = (person: Person, header: string) => () =>
	person.records.write.addRecord([person.address, zeroAddress, digest(header), 0, zeroHash], { gas: 300_000n });

describe('History', () => {
	it('the pointers visit exactly the events of their owner, five blocks a round', async () => {
		const { patient, otherPatient } = await settled();
		const expected: string[] = [];
		for (let i = 0; i < 12; i++) {
			await add(patient, `record ${i}`)();
			expected.push(digest(`record ${i}`));
			await add(otherPatient, `other ${i}`)();
			await networkHelpers.mine(i);
		}
		const { headers, rounds, blocks } = await walk(patient);
		assert.deepEqual(headers, expected);
		assert.equal(rounds, 3);
		assert.equal(new Set(blocks).size, 12);
	});

	it('several events in one block are one pointer, and none is lost', async () => {
		const { patient, otherPatient } = await settled();
		await add(patient, 'first')();
		await inOneBlock([
			add(patient, 'second'),
			add(otherPatient, 'other'),
			add(patient, 'third'),
			add(patient, 'fourth'),
		]);
		const together = await latestBlock();
		await add(patient, 'fifth')();
		const { headers, rounds } = await walk(patient);
		assert.deepEqual(headers, ['first', 'second', 'third', 'fourth', 'fifth'].map(digest));
		assert.equal(rounds, 1);
		const word = await patient.records.read.historyOf([patient.address]);
		assert.deepEqual(blocksIn(word), [together + 1n, together, together - 1n]);
	});

	it('someone without events has no pointers', async () => {
		const { stranger } = await settled();
		for (const registry of [stranger.hospitals, stranger.patients, stranger.consents, stranger.records]) {
			assert.equal(await registry.read.historyOf([stranger.address]), 0n);
		}
	});

	it('both sides of a consent have pointers to it', async () => {
		const { patient, doctor, hospital, otherPatient } = await settled();
		const wordOf = (person: Person) => person.consents.read.historyOf([person.address]);
		await doctor.consents.write.requestAccess([patient.address, hospital.address, digest('details'), 30]);
		const asked = await latestBlock();
		const expiresAt = await inDays(10);
		await otherPatient.consents.write.grantAccess([
			doctor.address,
			hospital.address,
			zeroHash,
			expiresAt,
			digest('keys'),
		]);
		const granted = await latestBlock();
		assert.deepEqual(blocksIn(await wordOf(patient)), [asked]);
		assert.deepEqual(blocksIn(await wordOf(doctor)), [granted, asked]);
		assert.deepEqual(blocksIn(await wordOf(otherPatient)), [granted]);
	});
});
