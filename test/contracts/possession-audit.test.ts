/** PossessionAudit: who proves what of which piece, and everything that is no proof. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { concat, encodeAbiParameters, keccak256, sha256, sliceHex, toHex, zeroHash } from 'viem';
import {
	digest,
	emits,
	fresh,
	inOneBlock,
	latestBlock,
	networkHelpers,
	refuses,
	succeeded,
	type Hex,
	type People,
	type Person,
} from './network.ts';
import { auditRootOf, keep, proofOf, type KeptPiece } from '../../scripts/gas/pieces.ts';

const cloud = digest('https://a.example/');
const samples = 5;
type Proof = Awaited<ReturnType<typeof proofOf>>;

let pieces: KeptPiece[];
let auditRoot: Hex;

before(async () => {
	pieces = await Promise.all([keep(70_000), keep(100_300, 1), keep(300, 2)]);
	auditRoot = await auditRootOf(pieces);
});

const entryNow = () => ({ headerDigest: digest('header'), auditRoot });
const idOf = (parts: { type: string; value: unknown }[]): Hex =>
	keccak256(encodeAbiParameters(parts.map(({ type }) => ({ type })), parts.map(({ value }) => value))); // prettier-ignore
const recordIdOf = (person: Person, entry = entryNow()): Hex =>
	idOf([
		{ type: 'address', value: person.address },
		{ type: 'address', value: person.address },
		{ type: 'bytes32', value: entry.headerDigest },
		{ type: 'bytes32', value: entry.auditRoot },
	]);

/** The id of the challenge that this person opens in that block. */
const challengeIdOf = (people: People, opener: Person, piece: number, block: bigint): Hex =>
	idOf([
		{ type: 'bytes32', value: recordIdOf(people.patient) },
		{ type: 'uint32', value: piece },
		{ type: 'bytes32', value: cloud },
		{ type: 'address', value: opener.address },
		{ type: 'uint256', value: block },
	]);

const open = ({ patient, stranger }: People, piece = 1, by = stranger) =>
	by.audits.write.openChallenge([patient.address, patient.address, entryNow(), piece, cloud]);

/** A patient's record of three pieces, and a challenge for one of them that can be answered. */
async function challenged(piece = 1) {
	const people = await fresh();
	await people.patient.records.write.addRecord([
		people.patient.address,
		'0x0000000000000000000000000000000000000000',
		entryNow(),
		0,
	]);
	await open(people, piece);
	const openedAt = await latestBlock();
	const challengeId = challengeIdOf(people, people.stranger, piece, openedAt);
	await networkHelpers.mine(3);
	const size = BigInt(pieces[piece]?.bytes.length ?? 1024);
	const halves = await halvesOf(people, challengeId, size);
	return { people, challengeId, openedAt, halves, piece };
}

async function halvesOf({ stranger }: People, challengeId: Hex, size: bigint): Promise<number[]> {
	return (await stranger.audits.read.samplesOf([challengeId, size])).map(Number);
}

const all = (proof: Proof, challengeId: Hex, { relayer }: People) =>
	relayer.audits.write.proveLeaves([challengeId, proof]);
const one = (proof: Proof, challengeId: Hex, { relayer }: People, sample = 0) =>
	relayer.audits.write.proveLeaf([challengeId, sample, proof]);

/** The text with its last hexadecimal digit changed. */
const altered = (hex: Hex): Hex => `${hex.slice(0, -1)}${hex.endsWith('0') ? '1' : '0'}` as Hex;

/** The record root that these claims lead to, computed as the contract does. */
const isWrongRoot = (sent: Promise<unknown>) =>
	assert.rejects(sent, (error: Error) => {
		const found = /WrongRoot\(\s*"?(0x[0-9a-f]{64})"?,\s*"?(0x[0-9a-f]{64})"?\)/.exec(error.message);
		assert.ok(found, error.message);
		assert.equal(found[1], auditRoot);
		assert.notEqual(found[2], auditRoot);
		return true;
	});

describe('A challenge', () => {
	it('is opened by anyone, for a piece of a record, and says so', async () => {
		const { people } = await challenged();
		const { stranger, patient } = people;
		const sent = open(people, 2);
		await sent;
		const id = challengeIdOf(people, stranger, 2, await latestBlock());
		const openedAt = Number(await latestBlock());
		await emits(sent, stranger.audits, 'ChallengeOpened', [recordIdOf(patient), cloud, stranger.address, id, 2]);
		const challenge = await stranger.audits.read.challengeOf([id]);
		assert.deepEqual(challenge, { openedAt, piece: 2, answered: 0, auditRoot });
	});

	it('is refused for a record that is not there, by whomever or with whatever root', async () => {
		const { people } = await challenged();
		const { stranger, patient, otherPatient } = people;
		const args = [patient.address, otherPatient.address, entryNow(), 0, cloud] as const;
		const id = idOf([
			{ type: 'address', value: patient.address },
			{ type: 'address', value: otherPatient.address },
			{ type: 'bytes32', value: digest('header') },
			{ type: 'bytes32', value: auditRoot },
		]);
		await refuses(stranger.audits.write.openChallenge(args), stranger.audits, 'UnknownRecord', [id]);
		const entry = { ...entryNow(), auditRoot: digest('another root') };
		const other = stranger.audits.write.openChallenge([patient.address, patient.address, entry, 0, cloud]);
		await refuses(other, stranger.audits, 'UnknownRecord', [recordIdOf(patient, entry)]);
	});

	it('is refused for a record that was erased', async () => {
		const { people } = await challenged();
		const id = recordIdOf(people.patient);
		await people.patient.records.write.eraseRecord([id]);
		await refuses(open(people), people.stranger.audits, 'RecordWasErased', [id]);
		const attested = people.stranger.audits.write.attestFailure([id, 0, cloud, zeroHash]);
		await refuses(attested, people.stranger.audits, 'RecordWasErased', [id]);
	});

	it('is refused for a record without an audit root', async () => {
		const { people } = await challenged();
		const { patient, stranger } = people;
		const entry = { headerDigest: digest('rootless'), auditRoot: zeroHash };
		const nobody = '0x0000000000000000000000000000000000000000';
		await patient.records.write.addRecord([patient.address, nobody, entry, 0]);
		const sent = stranger.audits.write.openChallenge([patient.address, patient.address, entry, 0, cloud]);
		await refuses(sent, stranger.audits, 'MissingAuditRoot', [recordIdOf(patient, entry)]);
	});

	it('is refused where the same one was opened in this block', async () => {
		const { people } = await challenged();
		const { patient, stranger } = people;
		const args = [patient.address, patient.address, entryNow(), 1, cloud] as const;
		const send = () => stranger.audits.write.openChallenge(args, { gas: 300_000n });
		const [first, second] = await inOneBlock([send, send]);
		assert.deepEqual([await succeeded(first!), await succeeded(second!)], [true, false]);
		const block = await latestBlock();
		const { openedAt } = await stranger.audits.read.challengeOf([challengeIdOf(people, stranger, 1, block)]);
		assert.equal(BigInt(openedAt), block);
	});
});

describe('A proof', () => {
	it('of all samples is accepted from anyone, and noted', async () => {
		const { people, challengeId, halves, piece } = await challenged();
		const sent = all(await proofOf(pieces, piece, halves), challengeId, people);
		await emits(sent, people.stranger.audits, 'LeavesProven', [challengeId, people.relayer.address, 31]);
		assert.equal((await people.stranger.audits.read.challengeOf([challengeId])).answered, 31);
	});

	it('of each sample alone is accepted, one after another', async () => {
		const { people, challengeId, halves, piece } = await challenged();
		for (let sample = 0; sample < samples; sample++) {
			const sent = one(await proofOf(pieces, piece, [halves[sample]!]), challengeId, people, sample);
			await emits(sent, people.stranger.audits, 'LeavesProven', [challengeId, people.relayer.address, 1 << sample]);
		}
		assert.equal((await people.stranger.audits.read.challengeOf([challengeId])).answered, 31);
	});

	it('is accepted for every piece, also one of less than a half, and when samples fall together', async () => {
		for (const piece of [0, 2]) {
			const { people, challengeId, halves } = await challenged(piece);
			await all(await proofOf(pieces, piece, halves), challengeId, people);
			assert.equal((await people.stranger.audits.read.challengeOf([challengeId])).answered, 31);
		}
	});

	it('is refused a second time', async () => {
		const { people, challengeId, halves, piece } = await challenged();
		const proof = await proofOf(pieces, piece, halves);
		await one(await proofOf(pieces, piece, [halves[0]!]), challengeId, people);
		const again = one(await proofOf(pieces, piece, [halves[0]!]), challengeId, people);
		await refuses(again, people.stranger.audits, 'AlreadyProven', [challengeId, 1]);
		await all(proof, challengeId, people);
		await refuses(all(proof, challengeId, people), people.stranger.audits, 'AlreadyProven', [challengeId, 31]);
	});

	it('is refused before the block that chooses is known, and samples are not told', async () => {
		const { people, challengeId, halves, piece } = await challenged();
		await open(people);
		const openedAt = await latestBlock();
		const early = challengeIdOf(people, people.stranger, 1, openedAt);
		const proof = await proofOf(pieces, piece, halves);
		const args: [Hex, bigint] = [early, openedAt + 3n];
		await refuses(all(proof, early, people), people.stranger.audits, 'TooEarly', args);
		await refuses(one(proof, early, people), people.stranger.audits, 'TooEarly', args);
		await refuses(people.stranger.audits.read.samplesOf([early, 512n]), people.stranger.audits, 'TooEarly', args);
		assert.notEqual(early, challengeId);
	});

	it('is refused once the chain has forgotten that block', async () => {
		const { people, challengeId, openedAt, halves, piece } = await challenged();
		const proof = await proofOf(pieces, piece, halves);
		const last = openedAt + 2n + 256n;
		await networkHelpers.mine(Number(last - (await latestBlock())) - 1);
		await networkHelpers.takeSnapshot().then(async (snapshot) => {
			await all(proof, challengeId, people);
			await snapshot.restore();
		});
		await networkHelpers.mine(1);
		const args: [Hex, bigint] = [challengeId, last];
		await refuses(all(proof, challengeId, people), people.stranger.audits, 'ChallengeExpired', args);
		await refuses(one(proof, challengeId, people), people.stranger.audits, 'ChallengeExpired', args);
	});

	it('is refused for a challenge that nobody opened, and for a sample that none has', async () => {
		const { people, challengeId, halves, piece } = await challenged();
		const proof = await proofOf(pieces, piece, halves);
		const nobodys = digest('nobody opened it');
		await refuses(all(proof, nobodys, people), people.stranger.audits, 'UnknownChallenge', [nobodys]);
		await refuses(one(proof, challengeId, people, 5), people.stranger.audits, 'UnknownSample', [5n, 5n]);
	});

	it('of another challenge is refused', async () => {
		const { people, challengeId, halves, piece } = await challenged();
		await open(people);
		const other = challengeIdOf(people, people.stranger, 1, await latestBlock());
		await networkHelpers.mine(3);
		assert.notDeepEqual(await halvesOf(people, other, BigInt(pieces[1]!.bytes.length)), halves);
		const proof = await proofOf(pieces, piece, [halves[0]!]);
		await assert.rejects(one(proof, other, people), /WrongRoot|WrongPathLength|WrongDataLength/);
		await one(proof, challengeId, people);
	});

	it('of another half, or of the halves in another order, is refused', async () => {
		const { people, challengeId, halves, piece } = await challenged();
		const neighbour = halves[0]! === 0 ? 1 : halves[0]! - 1;
		const other = await proofOf(pieces, piece, [neighbour]);
		await assert.rejects(one(other, challengeId, people), /WrongRoot|WrongDataLength|WrongPathLength/);
		const proof = await proofOf(pieces, piece, halves);
		const [first, second] = [sliceHex(proof.data, 0, 512), sliceHex(proof.data, 512, 1024)];
		const swapped = { ...proof, data: concat([second, first, sliceHex(proof.data, 1024)]) };
		await isWrongRoot(all(swapped, challengeId, people));
	});

	it('with any byte altered, of the data, the paths or their order, is refused', async () => {
		const { people, challengeId, halves, piece } = await challenged();
		const proof = await proofOf(pieces, piece, halves);
		await isWrongRoot(all({ ...proof, data: altered(proof.data) }, challengeId, people));
		for (const at of [0, 7, proof.path.length - 1]) {
			const path = proof.path.with(at, altered(proof.path[at]!));
			await isWrongRoot(all({ ...proof, path }, challengeId, people));
		}
		const swapped = [proof.path[1]!, proof.path[0]!, ...proof.path.slice(2)];
		await isWrongRoot(all({ ...proof, path: swapped }, challengeId, people));
		for (const at of [0, 1]) {
			const recordPath = proof.recordPath.with(at, altered(proof.recordPath[at]!));
			await isWrongRoot(all({ ...proof, recordPath }, challengeId, people));
		}
	});

	it('with a path too short or too long is refused', async () => {
		const { people, challengeId, halves, piece } = await challenged();
		const proof = await proofOf(pieces, piece, halves);
		const count = BigInt(proof.path.length);
		const short = { ...proof, path: proof.path.slice(0, -1) };
		const { audits } = people.stranger;
		await refuses(all(short, challengeId, people), audits, 'WrongPathLength', [count - 1n, count]);
		const long = { ...proof, path: [...proof.path, zeroHash] };
		await refuses(all(long, challengeId, people), audits, 'WrongPathLength', [count + 1n, count]);
		const shallow = { ...proof, recordPath: proof.recordPath.slice(1) };
		await refuses(all(shallow, challengeId, people), audits, 'WrongPathLength', [1n, 2n]);
		const deep = { ...proof, recordPath: [...proof.recordPath, zeroHash] };
		await refuses(all(deep, challengeId, people), audits, 'WrongPathLength', [3n, 2n]);
	});

	it('with data too short or too long is refused', async () => {
		const { people, challengeId, halves, piece } = await challenged();
		const proof = await proofOf(pieces, piece, halves);
		const length = BigInt((proof.data.length - 2) / 2);
		const short = { ...proof, data: sliceHex(proof.data, 0, -1) };
		const { audits } = people.stranger;
		await refuses(all(short, challengeId, people), audits, 'WrongDataLength', [length - 1n, length]);
		const long = { ...proof, data: concat([proof.data, '0x00']) };
		await refuses(all(long, challengeId, people), audits, 'WrongDataLength', [length + 1n, length]);
	});

	it('that says another size of the piece is refused, also where it has as many halves', async () => {
		const { people, challengeId, halves, piece } = await challenged();
		const size = BigInt(pieces[piece]!.bytes.length);
		const proof = await proofOf(pieces, piece, [halves[0]!]);
		if (halves[0]! < halvesCount(size) - 1) await isWrongRoot(one({ ...proof, size: size - 1n }, challengeId, people));
		for (const wrong of [size * 2n, 512n, 2n ** 64n - 1n]) {
			await assert.rejects(
				one({ ...proof, size: wrong }, challengeId, people),
				/WrongRoot|WrongPathLength|WrongDataLength/,
			);
		}
		await refuses(one({ ...proof, size: 0n }, challengeId, people), people.stranger.audits, 'EmptyPiece', []);
	});

	it('that says another number of pieces is refused', async () => {
		const { people, challengeId, halves, piece } = await challenged();
		const proof = await proofOf(pieces, piece, halves);
		await isWrongRoot(all({ ...proof, pieces: 4 }, challengeId, people));
		const fewer = all({ ...proof, pieces: 1 }, challengeId, people);
		await refuses(fewer, people.stranger.audits, 'UnknownPiece', [1, 1]);
		const none = await challenged(3);
		const beyond = all(proof, none.challengeId, none.people);
		await refuses(beyond, none.people.stranger.audits, 'UnknownPiece', [3, 3]);
	});

	it('of another piece is refused', async () => {
		const { people, challengeId, halves } = await challenged();
		const other = await proofOf(pieces, 0, halves.map((half) => half % 137)); // prettier-ignore
		await assert.rejects(all(other, challengeId, people), /WrongRoot|WrongPathLength|WrongDataLength/);
	});

	it('with an inner node in the place of a half is refused', async () => {
		// A record over one piece of two halves: its hashes, sent as if they were the bytes of a piece of 64.
		const piece = await keep(1024, 5);
		const root = await auditRootOf([piece]);
		const people = await fresh();
		const entry = { headerDigest: digest('two halves'), auditRoot: root };
		const nobody = '0x0000000000000000000000000000000000000000';
		await people.patient.records.write.addRecord([people.patient.address, nobody, entry, 0]);
		const args = [people.patient.address, people.patient.address, entry, 0, cloud] as const;
		await people.stranger.audits.write.openChallenge(args);
		const id = idOf([
			{ type: 'bytes32', value: recordIdOf(people.patient, entry) },
			{ type: 'uint32', value: 0 },
			{ type: 'bytes32', value: cloud },
			{ type: 'address', value: people.stranger.address },
			{ type: 'uint256', value: await latestBlock() },
		]);
		await networkHelpers.mine(3);
		const half = (index: number) =>
			sha256(concat(['0x00', toHex(index, { size: 8 }), toHex(piece.bytes.slice(512 * index, 512 * (index + 1)))]));
		const node = concat([half(0), half(1)]);
		for (const size of [64n, 1024n]) {
			const proof = { size, pieces: 1, data: node, path: [], recordPath: [] };
			await assert.rejects(all(proof, id, people), size === 64n ? /WrongRoot/ : /WrongDataLength/);
		}
	});
});

const halvesCount = (size: bigint): number => Math.ceil(Number(size) / 512);

describe('An attestation', () => {
	it('that a cloud failed is kept with the name of who says so, and nothing else', async () => {
		const { people } = await challenged();
		const { stranger, patient } = people;
		const id = recordIdOf(patient);
		const sent = stranger.audits.write.attestFailure([id, 1, cloud, digest('report')]);
		await emits(sent, stranger.audits, 'FailureAttested', [id, cloud, stranger.address, 1, digest('report')]);
	});

	it('about a record that is not there is refused', async () => {
		const { people } = await challenged();
		const id = digest('no record');
		const sent = people.stranger.audits.write.attestFailure([id, 1, cloud, zeroHash]);
		await refuses(sent, people.stranger.audits, 'UnknownRecord', [id]);
	});
});
