/**
 * What each action costs in gas, on a node of its own with the contracts as they are deployed: medians over several patients. The
 * zero bytes of digests and signatures are cheaper than others, so figures differ by some tens of gas from run to run.
 */
import { zeroAddress } from 'viem';
import type { HDAccount } from 'viem/accounts';
import { startChainNode, type ChainNode } from '../network/chain-node.ts';
import { actions, type Action, type Measures, type Uses } from './actions.ts';
import { auditRootOf, keep, proofOf } from './pieces.ts';
import { newDigest, newReader, openLedger, type Ledger, type Sent, type Terms } from './ledger.ts';

const rounds = 5;
const batch = 20;
const day = 86_400;
const doctorRole = 1;

/** Measures all of them. */
export async function measure(): Promise<Measures> {
	const node = await startChainNode();
	try {
		return await measureOn(node);
	} finally {
		await node.stop();
	}
}

async function measureOn(node: ChainNode): Promise<Measures> {
	const ledger = await openLedger(node);
	const [, registrar, hospital, doctor, relayer, ...patients] = node.accounts;
	if (!registrar || !hospital || !doctor || !relayer) throw new Error('The node has too few accounts.');
	const people = { registrar, hospital, doctor, relayer };
	const samples = new Samples();
	await settle(ledger, samples, people);
	for (const patient of patients.slice(0, rounds)) await measureDirect(ledger, samples, people, patient);
	await measureRelayed(ledger, samples, people, patients.slice(rounds, 2 * rounds));
	await measureProofs(ledger, samples, people);
	return samples.medians();
}

interface People {
	registrar: HDAccount;
	hospital: HDAccount;
	doctor: HDAccount;
	relayer: HDAccount;
}

const until = Math.floor(Date.now() / 1000) + 400 * day;

/** An approved hospital with the doctor in one of its teams. */
async function settle({ send }: Ledger, samples: Samples, { registrar, hospital, doctor }: People): Promise<void> {
	const apply = () => send(hospital, 'hospitalRegistry', 'applyAsHospital', [newDigest()]);
	samples.note('applyHospital', 'first', await apply());
	await send(hospital, 'hospitalRegistry', 'withdrawApplication', []);
	samples.note('applyHospital', 'repeat', await apply());
	await send(registrar, 'hospitalRegistry', 'approve', [hospital.address]);
	const teamId = newDigest();
	await send(hospital, 'hospitalRegistry', 'addTeam', [hospital.address, teamId, newDigest()]);
	const admission = {
		member: doctor.address,
		role: doctorRole,
		teamId,
		validUntil: until,
		directoryDigest: newDigest(),
		keysDigest: newDigest(),
	};
	await send(hospital, 'hospitalRegistry', 'addMember', [hospital.address, admission]);
}

/** What patient and doctor send themselves. */
async function measureDirect(
	{ send }: Ledger,
	samples: Samples,
	{ hospital, doctor }: People,
	patient: HDAccount,
): Promise<void> {
	const ask = () =>
		send(doctor, 'hospitalRegistry', 'requestAccess', [patient.address, hospital.address, newDigest(), 30]);
	const grant = (grantee: Terms['grantee']) =>
		send(patient, 'consentRegistry', 'grantAccess', [termsFor(grantee, hospital)]);
	const entry = () => ({ headerDigest: newDigest(), auditRoot: newDigest() });
	const add = (name: string, what: unknown) =>
		send(doctor, 'recordRegistry', name, [patient.address, hospital.address, what, 0]);

	samples.note('requestAccess', 'first', await ask());
	samples.note('requestAccess', 'repeat', await ask());
	samples.note('grantAccess', 'first', await grant(doctor.address));
	samples.note('grantAccess', 'repeat', await grant(newReader()));
	samples.note('renewGrant', 'repeat', await grant(doctor.address));
	await send(patient, 'consentRegistry', 'allowAdding', [hospital.address, until]);
	samples.note('addRecord', 'first', await add('addRecord', entry()));
	samples.note('addRecord', 'repeat', await add('addRecord', entry()));
	const many = Array.from({ length: batch }, entry);
	samples.note('addRecordBatch20', 'repeat', await add('addRecords', many), batch);
	const revoked = await send(patient, 'consentRegistry', 'revokeAccess', [doctor.address, newDigest()]);
	samples.note('revokeAccess', 'repeat', revoked);
}

/** What patients sign and another sends. */
async function measureRelayed(
	{ send, callOf, signGrant }: Ledger,
	samples: Samples,
	{ hospital, doctor, relayer }: People,
	patients: readonly HDAccount[],
): Promise<void> {
	const signed = (patient: HDAccount, nonce: number, grantee: Terms['grantee']) =>
		signGrant(patient, nonce, termsFor(grantee, hospital));
	const relay = async (args: unknown[]) => send(relayer, 'consentRegistry', 'grantAccessFor', args);
	for (const patient of patients) {
		samples.note('relayedGrant', 'first', await relay(await signed(patient, 0, doctor.address)));
		samples.note('relayedGrant', 'repeat', await relay(await signed(patient, 1, newReader())));
	}
	for (let nonce = 2; nonce < 2 + (rounds * batch) / patients.length;) {
		const calls = [];
		for (; calls.length < batch; nonce++) {
			for (const patient of patients) {
				calls.push(callOf('consentRegistry', 'grantAccessFor', await signed(patient, nonce, newReader())));
			}
		}
		samples.note('relayedGrantBatch20', 'repeat', await send(relayer, 'consentRegistry', 'multicall', [calls]), batch);
	}
}

/** What anyone proves of a piece of 100 MB: a sample alone, and five at once. */
async function measureProofs(ledger: Ledger, samples: Samples, { relayer }: People): Promise<void> {
	const { send, samplesOf } = ledger;
	const [pieceBytes, otherBytes] = [100 * 2 ** 20, 2 ** 20];
	const pieces = [await keep(otherBytes), await keep(pieceBytes, 1), await keep(otherBytes, 2)];
	const entry = { headerDigest: newDigest(), auditRoot: await auditRootOf(pieces) };
	await send(relayer, 'recordRegistry', 'addRecord', [relayer.address, zeroAddress, entry, 0]);
	for (let round = 0; round < rounds; round++) {
		for (const isBatch of [false, true]) {
			const cloud = newDigest();
			await send(relayer, 'possessionAudit', 'openChallenge', [relayer.address, relayer.address, entry, 1, cloud]);
			const { challengeId, halves } = await samplesOf(pieceBytes);
			const asked = isBatch ? halves : halves.slice(0, 1);
			const proof = await proofOf(pieces, 1, asked);
			const name = isBatch ? 'proveLeaves' : 'proveLeaf';
			const sent = await send(relayer, 'possessionAudit', name, [challengeId, ...(isBatch ? [] : [0]), proof]);
			if (isBatch) samples.note('proveLeafBatch5', 'repeat', sent, halves.length);
			else samples.note('proveLeaf', 'repeat', sent);
		}
	}
}

function termsFor(grantee: Terms['grantee'], hospital: HDAccount): Terms {
	const random = { requestId: newDigest(), keysDigest: newDigest() };
	return { grantee, hospital: hospital.address, expiresAt: until, ...random };
}

/** What was measured, of which the medians count. */
class Samples {
	private readonly gas = new Map<string, number[]>();
	private readonly callBytes = new Map<Action, number>();

	/** Notes one transaction; of a batch, the share of one action. */
	note(action: Action, use: keyof Uses, sent: Sent, share = 1): void {
		const key = `${action} ${use}`;
		this.gas.set(key, [...(this.gas.get(key) ?? []), Math.round(sent.gas / share)]);
		this.callBytes.set(action, Math.round(sent.callBytes / share));
	}

	medians(): Measures {
		const of = <T>(value: (action: Action) => T) =>
			Object.fromEntries(actions.map((action) => [action, value(action)])) as Record<Action, T>;
		return {
			gas: of((action) => {
				const first = this.median(action, 'first') ?? this.median(action, 'repeat') ?? 0;
				return { first, repeat: this.median(action, 'repeat') ?? first };
			}),
			callBytes: of((action) => this.callBytes.get(action) ?? 0),
		};
	}

	private median(action: Action, use: keyof Uses): number | undefined {
		const list = this.gas.get(`${action} ${use}`)?.toSorted((a, b) => a - b);
		return list?.[list.length >> 1];
	}
}
