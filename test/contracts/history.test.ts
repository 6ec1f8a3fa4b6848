/** Pointers to one's own earlier events, in each registry. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { zeroAddress } from 'viem';
import {
	allow,
	digest,
	entry,
	grant,
	inOneBlock,
	latestBlock,
	networkHelpers,
	oneEpoch,
	oneNonce,
	refuses,
	settled,
	viem,
	type Person,
} from './network.ts';

const bits = 40n;
const mask = (1n << bits) - 1n;

/** The block numbers in a word, which may have an epoch and a nonce above them. */
function blocksIn(word: bigint): bigint[] {
	const blocks: bigint[] = [];
	for (let rest = word % oneEpoch; rest & mask; rest >>= bits) blocks.push(rest & mask);
	return blocks;
}

/** Walks a patient's records from the newest word backwards: the headers of each block visited, and the number of rounds. */
async function walk(patient: Person): Promise<{ headers: string[]; rounds: number; blocks: bigint[] }> {
	const headers: string[] = [];
	const visited: bigint[] = [];
	let rounds = 0;
	let word = await patient.records.read.historyOf([patient.address]);
	for (; blocksIn(word).length > 0; rounds++) {
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

const add = (person: Person, name: string) => () =>
	person.records.write.addRecord([person.address, zeroAddress, entry(name), 0], { gas: 300_000n });

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

	it('epochs and cancelled permissions stand above the pointers and disturb none', async () => {
		const { patient } = await settled();
		const blocks: bigint[] = [];
		for (let i = 1n; i <= 8n; i++) {
			await patient.consents.write.revokeAllAccess();
			blocks.unshift(await latestBlock());
			await patient.consents.write.cancelPermission();
			blocks.unshift(await latestBlock());
			const word = await patient.consents.read.historyOf([patient.address]);
			assert.deepEqual(blocksIn(word), blocks.slice(0, 5));
			assert.equal(word >> 224n, i, 'nonce');
			assert.equal((word % oneNonce) / oneEpoch, i, 'epoch');
		}
		assert.equal(await patient.consents.read.epochOf([patient.address]), 8);
		assert.equal(await patient.consents.read.nonceOf([patient.address]), 8);
	});

	it('someone without events has no pointers', async () => {
		const { stranger } = await settled();
		for (const registry of [stranger.hospitals, stranger.patients, stranger.consents, stranger.records]) {
			assert.equal(await registry.read.historyOf([stranger.address]), 0n);
		}
	});

	it('a request, a grant and a record are each found in the registry that has it, by the patient', async () => {
		const people = await settled();
		const { patient, doctor, hospital } = people;
		await doctor.hospitals.write.requestAccess([patient.address, hospital.address, digest('details'), 30]);
		const asked = await latestBlock();
		await grant(people);
		const granted = await latestBlock();
		await allow(people);
		const allowed = await latestBlock();
		await doctor.records.write.addRecord([patient.address, hospital.address, entry('header'), 0]);
		const added = await latestBlock();
		assert.equal(await patient.hospitals.read.historyOf([patient.address]), asked);
		assert.equal(await patient.consents.read.historyOf([patient.address]), (granted << bits) | allowed);
		assert.equal(await patient.consents.read.historyOf([hospital.address]), allowed);
		assert.equal(await patient.records.read.historyOf([patient.address]), added);
		assert.equal(await patient.consents.read.historyOf([doctor.address]), 0n, 'a reader has no word there');
	});

	it("where block.number is another chain's, no registry can be deployed", async () => {
		const { admin, contracts } = await settled();
		await networkHelpers.setCode('0x0000000000000000000000000000000000000064', '0xfe');
		for (const attempt of [
			() => viem.deployContract('HospitalRegistry', [admin.address, 0]),
			() => viem.deployContract('PatientRegistry'),
			() => viem.deployContract('ConsentRegistry', [contracts.hospitalRegistry]),
			() => viem.deployContract('RecordRegistry', [contracts.hospitalRegistry, contracts.consentRegistry]),
		]) {
			await refuses(
				attempt().then(() => '0x' as const),
				admin.consents,
				'ForeignBlockNumbers',
				[],
			);
		}
	});
});
