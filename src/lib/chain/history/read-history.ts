/** The history of one patient, hospital or any account: from one query where the node allows it, else along the pointers. */
import type { Address, ChainClient, Contracts } from '../types.ts';
import { addressesOf, type ChainEvent, type EventName, type RegistryName } from './events.ts';
import { askForEvents, inOrder, readEvents, type EventFilter } from './read-events.ts';
import { walkLogs } from './walk.ts';

/** What names a member of a hospital as the other party without a pointer, and where. */
const membersEvents: readonly EventName[] = [
	'AccessRequested',
	'RequestWithdrawn',
	'RequestDenied',
	'AccessGranted',
	'AccessRevoked',
	'KeysDelivered',
	'ReadingConfirmed',
	'GlassBroken',
	'RecordAdded',
	'AdministratorOffered',
	'AdministratorAdded',
	'AdministratorRemoved',
];
const membersRegistries: readonly RegistryName[] = ['hospitalRegistry', 'consentRegistry', 'recordRegistry'];

export interface HistoryFilter extends Omit<EventFilter, 'toBlock'> {
	/** Only events about this patient. */
	patient?: Address | undefined;
	/** Only events of this hospital, and of patients who let it add. */
	hospital?: Address | undefined;
}

type AccountFilter = EventFilter & { account: Address };

/**
 * Events in their order on the chain; all of them without a filter. With an account, a patient or a hospital, the work grows with
 * their own events, not with the chain, on any node.
 *
 * Pointers are the patients' and the hospitals'. A registrar has none: on a node that refuses long ranges, decisions of a registrar
 * are found by their hospitals. Nor have readers, since a pointer of theirs would cost each grant 22,100 gas more, nor authors, nor
 * administrators: on such a node, what names a member of a hospital so is looked for piece by piece, from the day of joining on. Of
 * anybody else it is found by the patient or the hospital that it is about.
 * Errors: `chain.unreachable`, `chain.not-found` when the node lacks old events, `general.cancelled`.
 *
 * @example const events = await readHistory(client, contracts, { patient });
 */
export async function readHistory(
	client: ChainClient,
	contracts: Contracts,
	filter: HistoryFilter = {},
): Promise<ChainEvent[]> {
	const { patient, hospital, ...rest } = filter;
	const account = filter.account ?? patient ?? hospital;
	// Of a patient's own events none lacks a pointer.
	const alsoAsMember = filter.account !== undefined || patient === undefined;
	const events = account
		? await readAccount(client, contracts, { ...rest, account }, alsoAsMember)
		: await readEvents(client, contracts, rest);
	return events.filter((event) => {
		if (patient && patientOf(event) !== patient) return false;
		return !hospital || ('hospital' in event && event.hospital === hospital);
	});
}

async function readAccount(
	client: ChainClient,
	contracts: Contracts,
	filter: AccountFilter,
	alsoAsMember: boolean,
): Promise<readonly ChainEvent[]> {
	const events = await askForEvents(client, contracts, filter);
	if (events) return events;
	const { account, names, registries, fromBlock = contracts.deployedAt, signal } = filter;
	const logs = await Promise.all(
		addressesOf(contracts, registries).map((registry) => walkLogs(client, { registry, account, fromBlock, signal })),
	);
	const walked = await inOrder(client, logs.flat());
	const found = alsoAsMember ? [...walked, ...(await readAsMember(client, contracts, filter, walked))] : walked;
	return inPlace(names ? found.filter((event) => names.includes(event.name)) : found);
}

/** What names a member of a hospital as the other party; nothing for anybody else. */
async function readAsMember(
	client: ChainClient,
	contracts: Contracts,
	filter: AccountFilter,
	walked: readonly ChainEvent[],
): Promise<readonly ChainEvent[]> {
	const { account, fromBlock = contracts.deployedAt, signal } = filter;
	const names = membersEvents.filter((name) => filter.names?.includes(name) ?? true);
	const registries = membersRegistries.filter((registry) => filter.registries?.includes(registry) ?? true);
	if (names.length === 0 || registries.length === 0) return [];
	const isComplete = fromBlock <= contracts.deployedAt && registries.includes('hospitalRegistry');
	const joined = joiningOf(account, isComplete ? walked : await membershipsOf(client, contracts, filter));
	if (!joined) return [];
	const since = Math.max(fromBlock, joined.blockNumber);
	return readEvents(client, contracts, { account, names, registries, fromBlock: since, signal });
}

/** The account's own events at the hospital registry, whatever else the filter leaves out. */
async function membershipsOf(
	client: ChainClient,
	contracts: Contracts,
	{ account, signal }: AccountFilter,
): Promise<ChainEvent[]> {
	const { hospitalRegistry: registry, deployedAt: fromBlock } = contracts;
	return inOrder(client, await walkLogs(client, { registry, account, fromBlock, signal }));
}

function joiningOf(member: Address, events: readonly ChainEvent[]): ChainEvent | undefined {
	return events.find((event) => event.name === 'MemberAdded' && event.member === member);
}

/** Each once, in their order on the chain. */
function inPlace(events: readonly ChainEvent[]): ChainEvent[] {
	const places = new Map(events.map((event) => [`${event.blockNumber}:${event.logIndex}`, event]));
	return [...places.values()].sort((a, b) => a.blockNumber - b.blockNumber || a.logIndex - b.logIndex);
}

function patientOf(event: ChainEvent): Address | null {
	if ('patient' in event) return event.patient;
	if ('signer' in event) return event.signer;
	// Administrators are accounts too, of their hospital's events.
	return 'account' in event && !('hospital' in event) ? event.account : null;
}
