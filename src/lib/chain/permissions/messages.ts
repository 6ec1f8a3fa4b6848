/**
 * The messages (EIP-712) that people sign so that anyone may execute and pay for an action: one type an action, each term a field, so
 * that a wallet shows what is agreed to. They are those of the contracts; `test/chain/permissions.test.ts` holds them to it.
 */
import type { Address, Contracts } from '../types.ts';

/** Which registry takes a message, and the name that a wallet shows above it. */
interface Domain {
	registry: keyof Omit<Contracts, 'deployedAt'>;
	name: string;
}

const consent: Domain = { registry: 'consentRegistry', name: 'Amana consent' };
const records: Domain = { registry: 'recordRegistry', name: 'Amana records' };
const keys: Domain = { registry: 'patientRegistry', name: 'Amana keys' };

/** Every message ends with these: in which turn it counts, and until when (seconds since 1970). */
const turn = [
	{ name: 'nonce', type: 'uint32' },
	{ name: 'deadline', type: 'uint48' },
] as const;
const patient = { name: 'patient', type: 'address' } as const;
const reader = { name: 'reader', type: 'address' } as const;
const hospital = { name: 'hospital', type: 'address' } as const;
const until = { name: 'until', type: 'uint48' } as const;
const keysDigest = { name: 'keys', type: 'bytes32' } as const;
const epoch = { name: 'epoch', type: 'uint32' } as const;

/** What a record is added as; a list of records refers to it as `Entry`. */
export const entryType = [
	{ name: 'header', type: 'bytes32' },
	{ name: 'auditRoot', type: 'bytes32' },
] as const;

/** The fields of each message, in the order in which a wallet shows them. */
export const messageTypes = {
	ShareRecords: [patient, reader, hospital, { name: 'request', type: 'bytes32' }, until, keysDigest, ...turn],
	DenyRequest: [patient, { name: 'requester', type: 'address' }, { name: 'request', type: 'bytes32' }, ...turn],
	StopSharing: [patient, reader, keysDigest, ...turn],
	StopAllSharing: [patient, ...turn],
	DeliverKeys: [patient, reader, keysDigest, ...turn],
	LetHospitalAdd: [patient, hospital, until, ...turn],
	StopHospitalAdding: [patient, hospital, ...turn],
	ConfirmReading: [reader, patient, { name: 'record', type: 'bytes32' }, ...turn],
	AddRecord: [patient, ...entryType, epoch, ...turn],
	AmendRecord: [patient, ...entryType, epoch, { name: 'amended', type: 'bytes32' }, ...turn],
	AddRecords: [patient, { name: 'records', type: 'Entry[]' }, epoch, ...turn],
	ResealRecords: [patient, epoch, { name: 'locks', type: 'bytes32' }, ...turn],
	EraseRecord: [patient, { name: 'record', type: 'bytes32' }, ...turn],
	PublishKeys: [
		{ name: 'account', type: 'address' },
		{ name: 'sealingKey', type: 'bytes' },
		{ name: 'authorityKey', type: 'bytes' },
		{ name: 'keyring', type: 'bytes32' },
		{ name: 'clouds', type: 'string' },
		...turn,
	],
	ChangeKeyring: [
		{ name: 'account', type: 'address' },
		{ name: 'keyring', type: 'bytes32' },
		{ name: 'clouds', type: 'string' },
		...turn,
	],
} as const;

export type MessageName = keyof typeof messageTypes;

/** The terms of a message: its fields between its signer and its turn. */
export function termsOf(name: MessageName): readonly { name: string; type: string }[] {
	return messageTypes[name].slice(1, -2);
}

/** A message with its terms, before it is known who signs it and in which turn. */
export interface Unsigned<Name extends MessageName = MessageName> {
	name: Name;
	terms: Readonly<Record<string, string | number | readonly object[]>>;
}

const domains: Record<MessageName, Domain> = {
	ShareRecords: consent,
	DenyRequest: consent,
	StopSharing: consent,
	StopAllSharing: consent,
	DeliverKeys: consent,
	LetHospitalAdd: consent,
	StopHospitalAdding: consent,
	ConfirmReading: consent,
	AddRecord: records,
	AmendRecord: records,
	AddRecords: records,
	ResealRecords: records,
	EraseRecord: records,
	PublishKeys: keys,
	ChangeKeyring: keys,
};

/** The EIP-712 domain of a message on one chain, and the registry that takes it. */
export function domainOf(name: MessageName, chainId: number, contracts: Contracts) {
	const { registry, name: title } = domains[name];
	const verifyingContract: Address = contracts[registry];
	return { name: title, version: '1', chainId, verifyingContract };
}

/** The message as it is signed: the first field is who signs, the last two are its turn and its end. */
export function messageOf(
	{ name, terms }: Unsigned,
	{ signer, nonce, deadline }: { signer: Address; nonce: number; deadline: number },
): Record<string, unknown> {
	return { [messageTypes[name][0].name]: signer, ...terms, nonce, deadline };
}

/** The types that a message is made of, as EIP-712 wants them. */
export function typesOf(name: MessageName): Record<string, readonly { name: string; type: string }[]> {
	const types = { [name]: messageTypes[name] };
	return name === 'AddRecords' ? { ...types, Entry: entryType } : types;
}
