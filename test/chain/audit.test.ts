import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
	addRecord,
	answerChallenge,
	attestFailure,
	cloudId,
	openChallenge,
	readAuditEvents,
	readChallenge,
	readSamples,
	recordIdOf,
	type Hash,
} from '#lib/chain/index.ts';
import { auditRootOf, keep, proofOf, type KeptPiece } from '../../scripts/gas/pieces.ts';
import { digest, refused, startNetwork, type Network } from './network.ts';

const cloud = 'https://a.example/ipfs/';
const size = 30_000;
let network: Network;
let pieces: KeptPiece[];
let auditRoot: Hash;
let registry: Hash;

beforeAll(async () => {
	network = await startNetwork();
	registry = network.contracts.possessionAudit;
	pieces = [await keep(size), await keep(700, 1)];
	auditRoot = await auditRootOf(pieces);
});
afterAll(() => network.node.stop());

const parts = (header: string) => ({
	patient: network.patient.address,
	author: network.patient.address,
	headerDigest: digest(header),
	auditRoot,
});

/** A record of the patient's own, and a challenge of a stranger's for its first piece. */
async function challenged(header: string) {
	const { patient, otherPatient, contracts } = network;
	const own = { ...parts(header), registry: contracts.recordRegistry, hospital: null, epoch: 0, amends: null };
	await network.done(addRecord(patient.wallet, own));
	await network.done(openChallenge(otherPatient.wallet, { ...parts(header), registry, piece: 0, cloud }));
	const recordId = recordIdOf(parts(header));
	const [opened] = await readAuditEvents(network.client, { contracts, recordIds: [recordId] });
	if (opened?.name !== 'ChallengeOpened') throw new Error('No challenge.');
	return { recordId, challengeId: opened.challengeId, opened };
}

describe('A challenge to a cloud', () => {
	test('is opened, answered by anyone, and found by its record with what was attested', async () => {
		const { patient, otherPatient, contracts, client } = network;
		const { recordId, challengeId, opened } = await challenged('answered');
		expect(opened).toMatchObject({ cloud: cloudId(cloud), opener: otherPatient.address, piece: 0 });
		await network.mine(3);
		const halves = await readSamples(client, { registry, challengeId, size });
		expect(halves).toHaveLength(5);
		const answer = async (of: number[]) => ({ ...(await proofOf(pieces, 0, of)), size });
		await network.done(
			answerChallenge(patient.wallet, { registry, challengeId, sample: 2, proof: await answer([halves[2]!]) }),
		);
		expect(await readChallenge(client, { registry, challengeId })).toEqual({
			openedAt: opened.blockNumber,
			piece: 0,
			answered: [false, false, true, false, false],
			auditRoot,
		});
		await network.done(answerChallenge(patient.wallet, { registry, challengeId, proof: await answer(halves) }));
		const failure = { registry, recordId, piece: 1, cloud, reportDigest: null };
		await network.done(attestFailure(otherPatient.wallet, failure));
		const events = await readAuditEvents(client, { contracts, recordIds: [recordId] });
		expect(events.map(({ name }) => name)).toEqual([
			'ChallengeOpened',
			'LeavesProven',
			'LeavesProven',
			'FailureAttested',
		]);
		expect(events[2]).toMatchObject({ challengeId, prover: patient.address, samples: 31 });
		expect(events[3]).toMatchObject({ author: otherPatient.address, cloud: cloudId(cloud), piece: 1 });
	});

	test('for a record that is not there is refused, and none is found', async () => {
		const recordId = recordIdOf(parts('nowhere'));
		const sent = openChallenge(network.patient.wallet, { ...parts('nowhere'), registry, piece: 0, cloud });
		await expect(sent).rejects.toMatchObject(refused('chain.refused', { reason: 'UnknownRecord', recordId }));
		const failure = { registry, recordId, piece: 1, cloud, reportDigest: digest('report') };
		const attested = attestFailure(network.patient.wallet, failure);
		await expect(attested).rejects.toMatchObject(refused('chain.refused', { reason: 'UnknownRecord', recordId }));
		expect(await readAuditEvents(network.client, { contracts: network.contracts, recordIds: [recordId] })).toEqual([]);
		expect(await readChallenge(network.client, { registry, challengeId: recordId })).toBeNull();
	});

	test('is not answered early, nor by bytes that are not those of the piece', async () => {
		const { client, patient } = network;
		const { challengeId, opened } = await challenged('lied to');
		const early = readSamples(client, { registry, challengeId, size });
		const firstBlock = String(opened.blockNumber + 3);
		await expect(early).rejects.toMatchObject(
			refused('chain.refused', { reason: 'TooEarly', challengeId, firstBlock }),
		);
		await network.mine(3);
		const halves = await readSamples(client, { registry, challengeId, size });
		const proof = { ...(await proofOf(pieces, 0, halves)), size };
		const wrong = { ...proof, data: proof.data.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')) as Hash };
		const sent = answerChallenge(patient.wallet, { registry, challengeId, proof: wrong });
		await expect(sent).rejects.toMatchObject({
			code: 'chain.refused',
			details: { reason: 'WrongRoot', root: auditRoot },
		});
	});
});
