/** One case for each message that people sign in the place of a transaction: who signs what, what it does, and what the log says then. */
import { signTypedData } from 'viem/actions';
import { utf8 } from '#lib/bytes.ts';
import {
	addRecordMessage,
	addRecordsMessage,
	allowAddingMessage,
	changeKeyringMessage,
	confirmReadingMessage,
	deliverKeysMessage,
	denyRequestMessage,
	eraseRecordMessage,
	grantAccessMessage,
	publishKeysMessage,
	readAddingUntil,
	readEpoch,
	readGrant,
	readHistory,
	readKeys,
	readRecord,
	recordIdOf,
	resealRecordsMessage,
	revokeAccessMessage,
	revokeAllAccessMessage,
	stopAddingMessage,
	allowAdding,
	grantAccess,
	type ChainEvent,
	type EventName,
	type Hash,
	type MessageName,
	type SignedAction,
	type Unsigned,
} from '#lib/chain/index.ts';
import { domainOf, messageOf, typesOf } from '#lib/chain/permissions/messages.ts';
import { addOwnRecord, day, digest, ownRecord, settle, type Network, type Person } from './network.ts';

export interface PermissionCase {
	signer: Person;
	message: Unsigned;
	/** What it changes, as anybody reads it: before, and when it was executed. Null where only the log knows. */
	effect: { read: () => Promise<unknown>; before: unknown; after: unknown } | null;
	event: Partial<ChainEvent> & { name: EventName };
}

/** What the cases begin with: the doctor may read the patient's one record, and the hospital may add. */
export async function prepare(network: Network): Promise<void> {
	const { contracts, patient, doctor, hospital, now, done } = network;
	await settle(network);
	const registry = contracts.consentRegistry;
	const expiresAt = (await now()) + 10 * day;
	const grant = { registry, grantee: doctor.address, hospital: null, requestId: null, expiresAt };
	await done(grantAccess(patient.wallet, { ...grant, keysDigest: digest('keys') }));
	await done(allowAdding(patient.wallet, { registry, hospital: hospital.address, expiresAt }));
	await done(addOwnRecord(network, patient, 'document'));
}

/** A case for each message, to be executed on the chain that `prepare` made, each by itself. */
export async function permissionCases(network: Network): Promise<Record<MessageName, PermissionCase>> {
	const { client, contracts, patient, doctor, nurse, hospital, now } = network;
	const registry = contracts.consentRegistry;
	const expiresAt = (await now()) + 20 * day;
	const keysDigest = digest('new keys');
	const own = (header: string) => ownRecord(network, patient, header);
	const idOf = (header: string): Hash => recordIdOf({ ...own(header), author: patient.address });
	const document = idOf('document');
	const byPatient = { patient: patient.address };
	const grantTo = (grantee: Person) => () =>
		readGrant(client, { registry, ...byPatient, grantee: grantee.address }).then((grant) => grant?.open ?? null);
	const addingUntil = () => readAddingUntil(client, { registry, ...byPatient, hospital: hospital.address });
	const isErased = (recordId: Hash) => () =>
		readRecord(client, { registry: contracts.recordRegistry, recordId }).then((record) => record?.erased ?? null);
	const keyOf = () => readKeys(client, contracts, patient.address).then((keys) => keys && [keys.version, keys.clouds]);
	const clouds = ['https://a.example/ipfs/', 'https://b.example/bucket/'];
	const sharing = {
		registry,
		grantee: nurse.address,
		hospital: null,
		requestId: digest('request'),
		expiresAt,
		keysDigest,
	};
	const stopped = { registry, grantee: doctor.address, keysDigest };
	const entries = [own('one'), { ...own('two'), auditRoot: null }];
	const keyring = {
		registry: contracts.patientRegistry,
		keyringDigest: digest('new keyring'),
		clouds: ['https://c.example/'],
	};
	const keys = { ...keyring, sealingKey: utf8('new key'), authorityKey: null };
	const of = (
		message: Unsigned,
		event: PermissionCase['event'],
		effect: [read: () => Promise<unknown>, before: unknown, after: unknown] | null = null,
	): PermissionCase => {
		const [read, before, after] = effect ?? [];
		return { signer: patient, message, event, effect: read ? { read, before, after } : null };
	};
	const until = (await addingUntil()) ?? 0;
	return {
		ShareRecords: of(
			grantAccessMessage(sharing),
			{ name: 'AccessGranted', ...byPatient, grantee: nurse.address, requestId: digest('request'), expiresAt },
			[grantTo(nurse), null, true],
		),
		DenyRequest: of(denyRequestMessage({ registry, requester: doctor.address, requestId: digest('request') }), {
			name: 'RequestDenied',
			...byPatient,
			requester: doctor.address,
			requestId: digest('request'),
		}),
		StopSharing: of(
			revokeAccessMessage(stopped),
			{ name: 'AccessRevoked', ...byPatient, grantee: doctor.address, epoch: 1, keysDigest },
			[grantTo(doctor), true, null],
		),
		StopAllSharing: of(revokeAllAccessMessage(), { name: 'AllAccessRevoked', ...byPatient, epoch: 1 }, [
			() => readEpoch(client, { registry, authority: patient.address }),
			0,
			1,
		]),
		DeliverKeys: of(deliverKeysMessage(stopped), {
			name: 'KeysDelivered',
			...byPatient,
			grantee: doctor.address,
			keysDigest,
		}),
		LetHospitalAdd: of(
			allowAddingMessage({ registry, hospital: hospital.address, expiresAt }),
			{ name: 'AddingAllowed', ...byPatient, hospital: hospital.address, expiresAt },
			[addingUntil, until, expiresAt],
		),
		StopHospitalAdding: of(
			stopAddingMessage({ registry, hospital: hospital.address }),
			{ name: 'AddingStopped', ...byPatient, hospital: hospital.address },
			[addingUntil, until, null],
		),
		ConfirmReading: {
			...of(confirmReadingMessage({ registry, ...byPatient, recordId: document }), {
				name: 'ReadingConfirmed',
				...byPatient,
				reader: doctor.address,
				recordId: document,
			}),
			signer: doctor,
		},
		AddRecord: of(
			addRecordMessage(own('new')),
			{ name: 'RecordAdded', ...byPatient, author: patient.address, recordId: idOf('new') },
			[isErased(idOf('new')), null, false],
		),
		AmendRecord: of(
			addRecordMessage({ ...own('new'), amends: document }),
			{ name: 'RecordAmended', ...byPatient, amended: document, recordId: idOf('new') },
			[isErased(idOf('new')), null, false],
		),
		AddRecords: of(
			addRecordsMessage({ ...own('one'), entries }),
			{ name: 'RecordAdded', ...byPatient, author: patient.address, recordId: idOf('one') },
			[isErased(idOf('one')), null, false],
		),
		ResealRecords: of(
			resealRecordsMessage({ registry: contracts.recordRegistry, epoch: 0, locksDigest: digest('locks') }),
			{ name: 'RecordsResealed', ...byPatient, epoch: 0, locksDigest: digest('locks') },
		),
		EraseRecord: of(
			eraseRecordMessage({ registry: contracts.recordRegistry, recordId: document }),
			{ name: 'RecordErased', ...byPatient, recordId: document },
			[isErased(document), false, true],
		),
		PublishKeys: of(
			publishKeysMessage(keys),
			{ name: 'KeysPublished', account: patient.address, version: 2, keyringDigest: keyring.keyringDigest },
			[keyOf, [1, clouds], [2, keyring.clouds]],
		),
		ChangeKeyring: of(
			changeKeyringMessage(keyring),
			{ name: 'KeyringChanged', account: patient.address, keyringDigest: keyring.keyringDigest },
			[keyOf, [1, clouds], [1, keyring.clouds]],
		),
	};
}

/** Signs a message for a later turn than the chain's, as `signPermission` does for the next one. */
export async function signInTurn(
	{ contracts, config: { chainId } }: Network,
	{ wallet, address: signer }: Person,
	parameters: { message: Unsigned; nonce: number; deadline: number },
): Promise<SignedAction> {
	const { message, nonce, deadline } = parameters;
	const domain = domainOf(message.name, chainId, contracts);
	const signature = await signTypedData(wallet, {
		account: wallet.account,
		domain,
		types: typesOf(message.name),
		primaryType: message.name,
		message: messageOf(message, { signer, nonce, deadline }),
	});
	return { chainId, registry: domain.verifyingContract, ...message, signer, nonce, deadline, signature };
}

/** The events of the signer's in the latest block. */
export async function newest({ client, contracts, latest }: Network, { address }: Person): Promise<ChainEvent[]> {
	return readHistory(client, contracts, { account: address, fromBlock: await latest() });
}
