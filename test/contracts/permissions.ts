/** Every action that can be signed, with a world in which it succeeds, and hands to sign and to relay it. */
import { encodeAbiParameters, keccak256, type Abi, type TypedData } from 'viem';
import { domainOf, entryType, messageTypes, type MessageName } from '../../src/lib/chain/permissions/messages.ts';
import {
	allow,
	chainId,
	digest,
	entry,
	grant,
	inDays,
	networkHelpers,
	oneEpoch,
	oneNonce,
	publishKeys,
	recordId,
	settled,
	terms,
	type Hex,
	type People,
	type Person,
} from './network.ts';

export interface Permission {
	signer: Hex;
	nonce: number;
	deadline: number;
	signature: Hex;
}

interface SignOptions {
	nonce?: number;
	deadline?: number;
	chainId?: number;
	verifyingContract?: Hex;
	/** In whose name, when it is not who signs. */
	inTheNameOf?: Hex;
}

/** What this person signs, for an hour from now with the first nonce unless told otherwise. */
export async function sign(
	people: People,
	person: Person,
	name: MessageName,
	message: Record<string, unknown>,
	options: SignOptions = {},
): Promise<Permission> {
	const { nonce = 0, deadline = (await networkHelpers.time.latest()) + 3600, inTheNameOf = person.address } = options;
	const domain = domainOf(name, options.chainId ?? chainId, people.contracts);
	const types: TypedData = { [name]: messageTypes[name], ...(name === 'AddRecords' && { Entry: entryType }) };
	const signature = await person.account.signTypedData({
		domain: { ...domain, verifyingContract: options.verifyingContract ?? domain.verifyingContract },
		types,
		primaryType: name,
		message: { [messageTypes[name][0].name]: inTheNameOf, ...message, nonce, deadline },
	});
	return { signer: inTheNameOf, nonce, deadline, signature };
}

export interface Action {
	name: MessageName;
	/** Who signs. */
	signer: Person;
	registry: 'consents' | 'records' | 'patients';
	/** The function that the signer could call alone; its twin ends in `For`. */
	functionName: string;
	/** The terms, as in the message and as the arguments after the permission. */
	message: Record<string, unknown>;
	args: readonly unknown[];
	/** Each event with its arguments. */
	events: readonly (readonly [name: string, args: unknown[]])[];
}

/** A patient in a second epoch who shares with the doctor, lets the hospital add, has a record and keys. */
export async function readyToSign(): Promise<People> {
	const people = await settled();
	const { patient } = people;
	await patient.consents.write.revokeAllAccess();
	await grant(people);
	await allow(people);
	await patient.records.write.addRecord([patient.address, `0x${'0'.repeat(40)}`, entry('earlier'), 1]);
	await publishKeys(patient);
	return people;
}

export const messageNames = Object.keys(messageTypes) as MessageName[];

/** The action of this name, as it succeeds in the world that `readyToSign` makes. */
export async function actionOf(people: People, name: MessageName): Promise<Action> {
	const { patient, doctor } = people;
	const words = async (registry: Action['registry']) =>
		(await patient[registry].read.historyOf([patient.address])) + oneNonce;
	const make = { ...consents, ...records, ...keys }[name];
	const action = await make(people, words);
	return { name, signer: name === 'ConfirmReading' ? doctor : patient, ...action };
}

/** A call of the action's function `...For`, by the relayer unless told otherwise. */
export function relay(
	{ relayer }: People,
	action: Action,
	permission: Permission,
	args: readonly unknown[] = action.args,
	by: Person = relayer,
): Promise<Hex> {
	return by.wallet.writeContract({
		...registryOf(action),
		functionName: `${action.functionName}For`,
		args: [permission, ...args],
	});
}

/** The registry to which the action belongs, with the ABI that every call has. */
export function registryOf({ signer, registry }: Action): { abi: Abi; address: Hex } {
	const { abi, address } = signer[registry];
	return { abi, address };
}

type Make = (
	people: People,
	word: (registry: Action['registry']) => Promise<bigint>,
) => Promise<Omit<Action, 'name' | 'signer'>>;

const consents = {
	ShareRecords: async (people, word) => {
		const { patient } = people;
		const agreed = await terms(people);
		const { grantee, hospital, requestId, expiresAt, keysDigest } = agreed;
		const message = { reader: grantee, hospital, request: requestId, until: expiresAt, keys: keysDigest };
		const event = [patient.address, grantee, requestId, hospital, expiresAt, 1, keysDigest, await word('consents')];
		return of('consents', 'grantAccess', message, [agreed], ['AccessGranted', event]);
	},
	DenyRequest: async ({ patient, nurse }, word) => {
		const [requester, request] = [nurse.address, digest('request')];
		const event = [patient.address, requester, request, await word('consents')];
		return of('consents', 'denyRequest', { requester, request }, [requester, request], ['RequestDenied', event]);
	},
	StopSharing: async ({ patient, doctor }, word) => {
		const [reader, keys] = [doctor.address, digest('keys 2')];
		const event = [patient.address, reader, 2, keys, (await word('consents')) + oneEpoch];
		return of('consents', 'revokeAccess', { reader, keys }, [reader, keys], ['AccessRevoked', event]);
	},
	StopAllSharing: async ({ patient }, word) => {
		const event = [patient.address, 2, (await word('consents')) + oneEpoch];
		return of('consents', 'revokeAllAccess', {}, [], ['AllAccessRevoked', event]);
	},
	DeliverKeys: async ({ patient, doctor }, word) => {
		const [reader, keys] = [doctor.address, digest('keys 2')];
		const event = [patient.address, reader, 1, keys, await word('consents')];
		return of('consents', 'deliverKeys', { reader, keys }, [reader, keys], ['KeysDelivered', event]);
	},
	LetHospitalAdd: async ({ patient, otherHospital }, word) => {
		const [hospital, until] = [otherHospital.address, await inDays(7)];
		const event = [patient.address, hospital, until, await word('consents'), 0n];
		return of('consents', 'allowAdding', { hospital, until }, [hospital, until], ['AddingAllowed', event]);
	},
	StopHospitalAdding: async ({ patient, hospital: { address } }, word) => {
		const theirs = await patient.consents.read.historyOf([address]);
		const event = [patient.address, address, await word('consents'), theirs];
		return of('consents', 'stopAdding', { hospital: address }, [address], ['AddingStopped', event]);
	},
	ConfirmReading: async ({ patient, doctor }, word) => {
		const [whose, record] = [patient.address, digest('record')];
		const event = [whose, doctor.address, record, (await word('consents')) - oneNonce];
		const message = { patient: whose, record };
		return of('consents', 'confirmReading', message, [whose, record], ['ReadingConfirmed', event]);
	},
} satisfies Partial<Record<MessageName, Make>>;

const records = {
	AddRecord: async ({ patient }, word) => {
		const message = { ...headerOf('header'), epoch: 1 };
		const event = added(patient, 'header', await word('records'));
		return of('records', 'addRecord', message, [entry('header'), 1], event);
	},
	AmendRecord: async ({ patient }, word) => {
		const amended = recordId(patient, patient, 'earlier');
		const message = { ...headerOf('header'), epoch: 1, amended };
		const history = await word('records');
		const event = [patient.address, amended, recordId(patient, patient, 'header'), history];
		const args = [entry('header'), 1, amended];
		return of('records', 'amendRecord', message, args, added(patient, 'header', history), ['RecordAmended', event]);
	},
	AddRecords: async ({ patient }, word) => {
		const names = ['one', 'two', 'three'];
		const history = await word('records');
		const message = { records: names.map(headerOf), epoch: 1 };
		const events = names.map((name) => added(patient, name, history));
		return of('records', 'addRecords', message, [names.map(entry), 1], ...events);
	},
	ResealRecords: async ({ patient }, word) => {
		const locks = digest('locks');
		const event = [patient.address, 1, locks, await word('records')];
		return of('records', 'resealRecords', { epoch: 1, locks }, [1, locks], ['RecordsResealed', event]);
	},
	EraseRecord: async ({ patient }, word) => {
		const record = recordId(patient, patient, 'earlier');
		const event = [patient.address, record, await word('records')];
		return of('records', 'eraseRecord', { record }, [record], ['RecordErased', event]);
	},
} satisfies Partial<Record<MessageName, Make>>;

const keys = {
	PublishKeys: async ({ patient }, word) => {
		const message = { sealingKey: '0xaa', authorityKey: '0xbb', keyring: digest('keyring 2'), clouds: 'https://c/' };
		const args = Object.values(message);
		const event = [patient.address, 2, ...args, await word('patients')];
		return of('patients', 'publishKeys', message, args, ['KeysPublished', event]);
	},
	ChangeKeyring: async ({ patient }, word) => {
		const message = { keyring: digest('keyring 2'), clouds: 'https://c/ https://d/' };
		const args = Object.values(message);
		const event = [patient.address, ...args, await word('patients')];
		return of('patients', 'changeKeyring', message, args, ['KeyringChanged', event]);
	},
} satisfies Partial<Record<MessageName, Make>>;

function of(
	registry: Action['registry'],
	functionName: string,
	message: Record<string, unknown>,
	args: readonly unknown[],
	...events: Action['events'][number][]
): Omit<Action, 'name' | 'signer'> {
	return { registry, functionName, message, args, events };
}

function headerOf(name: string) {
	const { headerDigest, auditRoot } = entry(name);
	return { header: headerDigest, auditRoot };
}

function added(patient: Person, name: string, history: bigint): Action['events'][number] {
	const { headerDigest, auditRoot } = entry(name);
	const nobody = `0x${'0'.repeat(40)}`;
	return ['RecordAdded', [patient.address, patient.address, nobody, headerDigest, auditRoot, history]];
}

/** The arguments with one of the terms changed, for each of them. */
export function alterations(args: readonly unknown[]): unknown[][] {
	return args.flatMap((arg, i) => alterationsOf(arg).map((other) => args.with(i, other)));
}

function alterationsOf(value: unknown): unknown[] {
	if (typeof value === 'number') return [value + 1];
	if (typeof value === 'string' && !value.startsWith('0x')) return [`${value} https://evil/`];
	if (typeof value === 'string') return [value.length === 42 ? someoneElse(value) : keccak256(value as Hex)];
	if (Array.isArray(value)) return [...alterations(value), value.slice(1), value.toReversed(), []];
	return Object.entries(value as object).flatMap(([key, item]) =>
		alterationsOf(item).map((other) => ({ ...(value as object), [key]: other })),
	);
}

function someoneElse(address: string): Hex {
	return `0x${keccak256(encodeAbiParameters([{ type: 'address' }], [address as Hex])).slice(26)}`;
}
