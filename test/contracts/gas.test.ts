/** The everyday actions stay within what the design allows each of them, in gas. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import hre from 'hardhat';
import { zeroAddress } from 'viem';
import { targets } from '../../scripts/gas/actions.ts';
import { auditRootOf, keep, proofOf } from '../../scripts/gas/pieces.ts';
import {
	allow,
	digest,
	entry,
	networkHelpers,
	publicClient,
	settled,
	terms,
	type Hex,
	type People,
	type Person,
} from './network.ts';
import { callOf, relayGrant, signGrant } from './signed-grants.ts';

type Action = keyof typeof targets;

async function gasOf(sent: Promise<Hex>): Promise<number> {
	return Number((await publicClient.getTransactionReceipt({ hash: await sent })).gasUsed);
}

let readers = 0;
/** Somebody whom no patient has granted anything. */
const newReader = (): Hex => `0x${digest(`reader ${readers++}`).slice(26)}`;

/** Each action with slots that nothing has used before, and again with slots in use already. */
async function measure(people: People): Promise<Record<Action, [first: number, repeat: number]>> {
	const { patient, doctor, hospital, otherPatient, relayer } = people;
	const twice = async (send: (turn: number) => Promise<Hex>): Promise<[number, number]> => [
		await gasOf(send(0)),
		await gasOf(send(1)),
	];
	const always = (gas: number): [number, number] => [gas, gas];
	const entries = Array.from({ length: 20 }, (_, i) => entry(`of a batch ${i}`));
	const share = (person: Person) => async () =>
		person.consents.write.grantAccess([await terms(people, { grantee: newReader() })]);

	const requestAccess = await twice((turn) =>
		doctor.hospitals.write.requestAccess([patient.address, hospital.address, digest(`details ${turn}`), 30]),
	);
	const grantAccess = await twice(share(patient));
	await patient.consents.write.grantAccess([await terms(people)]);
	const renewGrant = await gasOf(patient.consents.write.grantAccess([await terms(people, { days: 20 })]));
	const revokeAccess = await gasOf(patient.consents.write.revokeAccess([doctor.address, digest('keys 2')]));
	await allow(people);
	const addRecord = await twice((turn) =>
		doctor.records.write.addRecord([patient.address, hospital.address, entry(`header ${turn}`), 1]),
	);
	const batch = await gasOf(doctor.records.write.addRecords([patient.address, hospital.address, entries, 1]));

	const permit = (nonce: number) => signGrant(people, otherPatient, { nonce, grantee: newReader() });
	const relayedGrant = await twice(async (nonce) => relayGrant(relayer, await permit(nonce)));
	const calls: Hex[] = [];
	for (let i = 0; i < 20; i++) calls.push(callOf(await permit(2 + i)));
	const relayedBatch = await gasOf(relayer.consents.write.multicall([calls]));
	return {
		addRecord,
		addRecordBatch20: always(batch / 20),
		requestAccess,
		grantAccess,
		renewGrant: always(renewGrant),
		revokeAccess: always(revokeAccess),
		relayedGrant,
		relayedGrantBatch20: always(relayedBatch / 20),
		...(await proofs(people)),
	};
}

/** A sample alone, and five at once, of a piece of 100 MB in a record of three. */
async function proofs({
	patient,
	relayer,
}: People): Promise<Record<'proveLeaf' | 'proveLeafBatch5', [number, number]>> {
	const size = 100 * 2 ** 20;
	const pieces = [await keep(5000), await keep(size, 1), await keep(5000, 2)];
	const audited = { headerDigest: digest('of three pieces'), auditRoot: await auditRootOf(pieces) };
	await patient.records.write.addRecord([patient.address, zeroAddress, audited, 1]);
	const challenge = async (cloud: string): Promise<[Hex, number[]]> => {
		await relayer.audits.write.openChallenge([patient.address, patient.address, audited, 1, digest(cloud)]);
		const [opened] = await relayer.audits.getEvents.ChallengeOpened();
		const id = opened!.args.challengeId!;
		await networkHelpers.mine(3);
		return [id, (await relayer.audits.read.samplesOf([id, BigInt(size)])).map(Number)];
	};
	const [first, halves] = await challenge('first');
	const alone = await proofOf(pieces, 1, halves.slice(0, 1));
	const proveLeaf = await gasOf(relayer.audits.write.proveLeaf([first, 0, alone]));
	const [second, asked] = await challenge('second');
	const batch = await gasOf(relayer.audits.write.proveLeaves([second, await proofOf(pieces, 1, asked)]));
	const each = batch / asked.length;
	return { proveLeaf: [proveLeaf, proveLeaf], proveLeafBatch5: [each, each] };
}

describe('Gas', () => {
	// What counts which lines ran costs gas itself.
	const skip = hre.globalOptions.coverage;
	it('the everyday actions stay within their ceilings', { skip }, async (t) => {
		const used = await measure(await settled());
		t.diagnostic(JSON.stringify(used));
		for (const [action, { first, repeat }] of Object.entries(targets)) {
			const [firstUsed, repeatUsed] = used[action as Action];
			assert.ok(firstUsed <= first, `${action}: ${firstUsed} is more than ${first}`);
			assert.ok(repeatUsed <= repeat, `${action} again: ${repeatUsed} is more than ${repeat}`);
		}
	});
});
