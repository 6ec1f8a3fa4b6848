/** The history of one patient, hospital or any account: from one query where the node allows it, else along the pointers. */
import type { Address, ChainClient, Contracts } from '../types.ts';
import { addressesOf, type ChainEvent } from './events.ts';
import { askForEvents, inOrder, readEvents, type EventFilter } from './read-events.ts';
import { walkLogs } from './walk.ts';

export interface HistoryFilter extends Omit<EventFilter, 'toBlock'> {
	/** Only events about this patient. */
	patient?: Address | undefined;
	/** Only events of this hospital, and of patients who let it add. */
	hospital?: Address | undefined;
}

/**
 * Events in their order on the chain; all of them without a filter. With an account, a patient or a hospital, the work grows with
 * their own events, not with the chain, on any node.
 *
 * A registrar has no pointers: on a node that refuses long ranges, decisions of a registrar are found by their hospitals.
 * Nor have authors: records that an account added to others' are found by their patients.
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
	const events = account
		? await readAccount(client, contracts, { ...rest, account })
		: await readEvents(client, contracts, rest);
	return events.filter((event) => {
		if (patient && patientOf(event) !== patient) return false;
		return !hospital || ('hospital' in event && event.hospital === hospital);
	});
}

async function readAccount(
	client: ChainClient,
	contracts: Contracts,
	filter: EventFilter & { account: Address },
): Promise<ChainEvent[]> {
	const events = await askForEvents(client, contracts, filter);
	if (events) return events;
	const { account, names, registries, fromBlock = contracts.deployedAt, signal } = filter;
	const logs = await Promise.all(
		addressesOf(contracts, registries).map((registry) => walkLogs(client, { registry, account, fromBlock, signal })),
	);
	const walked = await inOrder(client, logs.flat());
	return names ? walked.filter((event) => names.includes(event.name)) : walked;
}

function patientOf(event: ChainEvent): Address | null {
	if ('patient' in event) return event.patient;
	return 'account' in event ? event.account : null;
}
