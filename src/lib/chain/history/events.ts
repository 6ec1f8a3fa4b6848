/** The registries' events as one closed union: each has its name, its arguments, and its place on the chain. */
import {
	decodeEventLog,
	toEventSelector,
	type Abi,
	type AbiEvent,
	type ContractEventName,
	type DecodeEventLogReturnType,
} from 'viem';
import { AppError } from '#lib/errors.ts';
import { consentRegistryAbi } from '../abi/consent-registry.ts';
import { hospitalRegistryAbi } from '../abi/hospital-registry.ts';
import { patientRegistryAbi } from '../abi/patient-registry.ts';
import { recordRegistryAbi } from '../abi/record-registry.ts';
import { recordIdOf } from '../records/record-id.ts';
import { requestIdOf } from '../requests/request-id.ts';
import type { Address, Contracts, Hash } from '../types.ts';
import type { RawLog } from './logs.ts';

const abis = {
	hospitalRegistry: hospitalRegistryAbi,
	patientRegistry: patientRegistryAbi,
	consentRegistry: consentRegistryAbi,
	recordRegistry: recordRegistryAbi,
} as const;

export type RegistryName = keyof typeof abis;
const registryNames: readonly RegistryName[] = [
	'hospitalRegistry',
	'patientRegistry',
	'consentRegistry',
	'recordRegistry',
];

/** Where on the chain an event is. */
export interface Place {
	/** The registry's address. */
	address: Address;
	blockNumber: number;
	logIndex: number;
	transactionHash: Hash;
	/** Seconds since 1970. */
	timestamp: number;
}

/** Events of OpenZeppelin's own: who appointed which registrar, and one that never happens here. No part of anybody's history. */
type OfficeEvent = `Role${string}` | `DefaultAdmin${string}` | 'EIP712DomainChanged';
type NameIn<Registry extends RegistryName> = Exclude<ContractEventName<(typeof abis)[Registry]>, OfficeEvent>;
type NamedIn<Registry extends RegistryName> = {
	[Name in NameIn<Registry>]: { name: Name } & DecodeEventLogReturnType<(typeof abis)[Registry], Name>['args'] &
		Derived<Name> &
		Place;
}[NameIn<Registry>];

/** Ids that follow from an event's arguments, so that the chain need not say them. */
type Derived<Name> = Name extends 'AccessRequested' | 'RequestWithdrawn'
	? { requestId: Hash }
	: Name extends 'RecordAdded'
		? { recordId: Hash }
		: unknown;

/**
 * Any event of the registries, to switch over by `name`. Arguments are named as in the contract; addresses and hashes are
 * lower-case, and `zeroAddress` or `zeroHash` where the contract has none.
 */
export type ChainEvent = { [Registry in RegistryName]: NamedIn<Registry> }[RegistryName];
export type EventName = ChainEvent['name'];
export type EventOf<Name extends EventName> = Extract<ChainEvent, { name: Name }>;

/** An event whose block's time is not known yet. */
export type UntimedEvent = Omit<ChainEvent, 'timestamp'>;

/** Our events by name and by first topic, made when first needed, so that importing this costs nothing. */
let known: { byName: Map<string, AbiEvent>; byTopic: Map<Hash, AbiEvent> } | null = null;

function knownEvents() {
	if (known) return known;
	const items = Object.values(abis).flatMap((abi) => (abi as Abi).filter(isOurs));
	known = {
		byName: new Map(items.map((item) => [item.name, item])),
		byTopic: new Map(items.map((item) => [toEventSelector(item), item])),
	};
	return known;
}

function isOurs(item: Abi[number]): item is AbiEvent {
	return item.type === 'event' && !/^(Role|DefaultAdmin|EIP712)/.test(item.name);
}

/** The first topics of events with these names. */
export function topicsOf(names: readonly EventName[]): Hash[] {
	const { byTopic } = knownEvents();
	return [...byTopic].flatMap(([topic, item]) => (names.includes(item.name as EventName) ? [topic] : []));
}

/** The addresses of these registries; of all when none is named. */
export function addressesOf(contracts: Contracts, registries: readonly RegistryName[] = registryNames): Address[] {
	return registries.map((registry) => contracts[registry]);
}

/** What a log says; null when it is not one of our events. */
export function parseLog(log: RawLog): UntimedEvent | null {
	const item = log.topics[0] && knownEvents().byTopic.get(log.topics[0]);
	if (!item) return null;
	const args = argumentsOf(log, item);
	const place = {
		address: log.address.toLowerCase() as Address,
		blockNumber: Number(log.blockNumber),
		logIndex: Number(log.logIndex),
		transactionHash: log.transactionHash,
	};
	return { name: item.name, ...args, ...idIn(item.name, args), ...place } as UntimedEvent;
}

function idIn(name: string, args: Record<string, unknown>): Record<string, Hash> {
	switch (name) {
		case 'AccessRequested':
		case 'RequestWithdrawn':
			return { requestId: requestIdOf(args as unknown as Parameters<typeof requestIdOf>[0]) };
		case 'RecordAdded':
			return { recordId: recordIdOf(args as unknown as Parameters<typeof recordIdOf>[0]) };
		default:
			return {};
	}
}

/** The word of pointers that an event carries for a party to it; null when it carries none for this account. */
export function wordFor(event: UntimedEvent, account: Address): bigint | null {
	const values = event as unknown as Record<string, unknown>;
	const [subject, other] = knownEvents().byName.get(event.name)?.inputs ?? [];
	if (subject?.name && values[subject.name] === account) return values['history'] as bigint;
	const word = other?.name && values[other.name] === account ? values[`${other.name}History`] : undefined;
	return typeof word === 'bigint' ? word : null;
}

/** A log's arguments by name, addresses in lower case. Errors: `chain.unreachable` when the node sends what is no such log. */
function argumentsOf(log: RawLog, item: AbiEvent): Record<string, unknown> {
	let args: Record<string, unknown>;
	try {
		const topics = log.topics as [Hash, ...Hash[]];
		args = decodeEventLog({ abi: [item] as Abi, data: log.data, topics }).args as unknown as Record<string, unknown>;
	} catch (cause) {
		throw new AppError('chain.unreachable', `The node sent a malformed ${item.name}.`, { cause });
	}
	const entries = item.inputs.map(({ name = '', type }) => {
		const value = args[name];
		return [name, type === 'address' ? (value as string).toLowerCase() : value];
	});
	return Object.fromEntries(entries) as Record<string, unknown>;
}
