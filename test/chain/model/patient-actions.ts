/** What patients and readers do: each action beside the model's rule for it, and the message to sign in its place. */
import {
	addRecord,
	addRecordMessage,
	addRecords,
	addRecordsMessage,
	allowAdding,
	allowAddingMessage,
	breakGlass,
	changeKeyring,
	changeKeyringMessage,
	confirmReading,
	confirmReadingMessage,
	deliverKeys,
	deliverKeysMessage,
	denyRequest,
	denyRequestMessage,
	eraseRecord,
	eraseRecordMessage,
	grantAccess,
	grantAccessMessage,
	publishKeys,
	publishKeysMessage,
	resealRecords,
	resealRecordsMessage,
	revokeAccess,
	revokeAccessMessage,
	revokeAllAccess,
	revokeAllAccessMessage,
	stopAdding,
	stopAddingMessage,
} from '#lib/chain/index.ts';
import { digest, type Network, type Person } from '../network.ts';
import type { Make } from './actions.ts';
import * as consent from './consent.ts';
import { from, orZero, type Pick } from './draw.ts';
import * as records from './records.ts';

const lengths = [32, 32, 32, 32, 1, 4096, 4097, 0];
const cloudLists = [
	['https://a.example/'],
	['https://a.example/', 'https://b.example/'],
	['x'.repeat(2048)],
	['x'.repeat(2049)],
	[],
];

export const patientActions: Record<string, Make> = {
	grantAccess: ({ contracts: { consentRegistry: registry } }, pick) => {
		const hospital = pick.hospitalOrNone;
		const terms = { grantee: pick.reader.address, expiresAt: pick.time, keysDigest: pick.digest('keys') };
		const grant = { registry, hospital, requestId: null, ...terms };
		return {
			by: pick.by(pick.patient),
			rule: consent.grantAccess({ ...terms, hospital: orZero(hospital) }),
			send: (wallet) => grantAccess(wallet, grant),
			message: grantAccessMessage(grant),
		};
	},
	denyRequest: ({ contracts: { consentRegistry: registry } }, pick) => {
		const denial = { registry, requester: pick.member.address, requestId: pick.digest('request') };
		return {
			by: pick.by(pick.patient),
			rule: consent.denyRequest(denial.requestId),
			send: (wallet) => denyRequest(wallet, denial),
			message: denyRequestMessage(denial),
		};
	},
	revokeAccess: ({ contracts: { consentRegistry: registry } }, pick) => {
		const revocation = { registry, grantee: pick.reader.address, keysDigest: null };
		return {
			by: pick.by(pick.patient),
			rule: consent.revokeAccess(revocation.grantee),
			send: (wallet) => revokeAccess(wallet, revocation),
			message: revokeAccessMessage(revocation),
		};
	},
	revokeAllAccess: ({ contracts: { consentRegistry: registry } }, pick) => ({
		by: pick.by(pick.patient),
		rule: consent.revokeAllAccess(),
		send: (wallet) => revokeAllAccess(wallet, { registry }),
		message: revokeAllAccessMessage(),
	}),
	deliverKeys: ({ contracts: { consentRegistry: registry } }, pick) => {
		const delivery = { registry, grantee: pick.reader.address, keysDigest: pick.digest('keys') };
		return {
			by: pick.by(pick.patient),
			rule: consent.deliverKeys(delivery.grantee, delivery.keysDigest),
			send: (wallet) => deliverKeys(wallet, delivery),
			message: deliverKeysMessage(delivery),
		};
	},
	allowAdding: ({ contracts: { consentRegistry: registry } }, pick) => {
		const standing = { registry, hospital: pick.hospital, expiresAt: pick.time };
		return {
			by: pick.by(pick.patient),
			rule: consent.allowAdding(standing.hospital, standing.expiresAt),
			send: (wallet) => allowAdding(wallet, standing),
			message: allowAddingMessage(standing),
		};
	},
	stopAdding: ({ contracts: { consentRegistry: registry } }, pick) => {
		const standing = { registry, hospital: pick.hospital };
		return {
			by: pick.by(pick.patient),
			rule: consent.stopAdding(standing.hospital),
			send: (wallet) => stopAdding(wallet, standing),
			message: stopAddingMessage(standing),
		};
	},
	confirmReading: ({ contracts: { consentRegistry: registry } }, pick) => {
		const reading = { registry, patient: pick.patient.address, recordId: pick.record };
		return {
			by: pick.by(pick.reader),
			rule: consent.confirmReading(reading.patient),
			send: (wallet) => confirmReading(wallet, reading),
			message: confirmReadingMessage(reading),
		};
	},
	breakGlass: (network, pick) => {
		const { consentRegistry: registry } = network.contracts;
		const emergency = { patient: pick.patient.address, hospital: pick.hospital, reasonHash: pick.digest('reason') };
		return {
			by: pick.by(pick.draw.choice % 3 ? network.paramedic : pick.member),
			rule: consent.breakGlass(emergency.patient, emergency.hospital, emergency.reasonHash),
			send: (wallet) => breakGlass(wallet, { registry, ...emergency }),
		};
	},
	addRecord: (network, pick, isSigned) => {
		const { author, ...where } = adding(network, pick, isSigned);
		const entry = entryOf(pick, 0);
		const amends = pick.draw.choice % 4 === 0 ? pick.record : null;
		const record = { ...where, ...entry, amends };
		return {
			by: author,
			rule: records.addRecords({ ...where, hospital: orZero(where.hospital), entries: [entry], amends }),
			send: (wallet) => addRecord(wallet, record),
			message: addRecordMessage(record),
		};
	},
	addRecords: (network, pick, isSigned) => {
		const { author, ...where } = adding(network, pick, isSigned);
		const entries = Array.from({ length: pick.draw.choice % 4 }, (_, more) => entryOf(pick, more));
		// Now and then one of them twice.
		const list = pick.draw.index === 5 ? [...entries, ...entries.slice(0, 1)] : entries;
		const batch = { ...where, entries: list };
		return {
			by: author,
			rule: records.addRecords({ ...batch, hospital: orZero(where.hospital), amends: null }),
			send: (wallet) => addRecords(wallet, batch),
			message: addRecordsMessage(batch),
		};
	},
	resealRecords: ({ contracts: { recordRegistry: registry } }, pick) => {
		const by = pick.by(pick.patient);
		const resealing = { registry, epoch: pick.epochOf(by.address), locksDigest: pick.digest('locks') };
		return {
			by,
			rule: records.resealRecords(resealing.epoch, resealing.locksDigest),
			send: (wallet) => resealRecords(wallet, resealing),
			message: resealRecordsMessage(resealing),
		};
	},
	eraseRecord: (network, pick) => {
		const erasure = { registry: network.contracts.recordRegistry, recordId: pick.record };
		const owner = pick.world.records.get(erasure.recordId)?.patient;
		const { patient, otherPatient, doctor } = network;
		return {
			by: pick.by([patient, otherPatient, doctor].find(({ address }) => address === owner) ?? pick.patient),
			rule: records.eraseRecord(erasure.recordId),
			send: (wallet) => eraseRecord(wallet, erasure),
			message: eraseRecordMessage(erasure),
		};
	},
	publishKeys: ({ contracts: { patientRegistry: registry }, stranger }, pick) => {
		const sealingBytes = from(lengths, pick.draw.index);
		const authorityBytes = from(lengths, pick.draw.member);
		const keyring = { keyringDigest: pick.digest('keyring'), clouds: cloudsOf(pick) };
		const keys = {
			registry,
			...keyring,
			sealingKey: new Uint8Array(sealingBytes),
			authorityKey: authorityBytes > 0 ? new Uint8Array(authorityBytes) : null,
		};
		return {
			by: pick.by(pick.draw.choice % 4 ? pick.patient : stranger),
			rule: records.publishKeys({ ...keyring, clouds: keys.clouds.join(' '), sealingBytes, authorityBytes }),
			send: (wallet) => publishKeys(wallet, keys),
			message: publishKeysMessage(keys),
		};
	},
	changeKeyring: ({ contracts: { patientRegistry: registry } }, pick) => {
		const keyring = { registry, keyringDigest: pick.digest('keyring'), clouds: cloudsOf(pick) };
		return {
			by: pick.by(pick.patient),
			rule: records.changeKeyring(keyring.keyringDigest, keyring.clouds.join(' ')),
			send: (wallet) => changeKeyring(wallet, keyring),
			message: changeKeyringMessage(keyring),
		};
	},
};

/** Who adds to whose records: the patient, or a member in the name of a hospital; by signature only the patient. */
function adding(network: Network, pick: Pick, isSigned: boolean) {
	const registry = network.contracts.recordRegistry;
	const hospital = isSigned || pick.draw.team % 3 === 0 ? null : pick.hospital;
	const author: Person = pick.by(hospital ? pick.member : pick.patient);
	const patient = (isSigned ? author : pick.patient).address;
	return { author, registry, patient, hospital, epoch: pick.epochOf(patient) };
}

function entryOf(pick: Pick, more: number): records.Entry {
	const header = `header ${pick.draw.index + more}`;
	const headerDigest = pick.draw.digest === 0 ? pick.digest('header') : digest(header);
	return { headerDigest, auditRoot: pick.draw.account % 2 ? digest(`root of ${header}`) : null };
}

/** Mostly such as fit. */
function cloudsOf({ draw }: Pick): string[] {
	return cloudLists[draw.account < 4 ? draw.account + 1 : 0] ?? [];
}
