/** Where endpoints differ in the events that they give. Pure: the proofs are given. */
import type { ChainEvent } from '../history/index.ts';
import type { Evidence, Fault } from './types.ts';

/** What one endpoint gave. */
export interface Given {
	host: string;
	events: readonly ChainEvent[];
}

/** A place on the chain at which endpoints say different things: each endpoint's event there, null where it has none. */
export interface Dispute {
	block: number;
	logIndex: number;
	said: ReadonlyMap<string, ChainEvent | null>;
}

/** A fault, and whose. */
export interface Blame {
	host: string;
	fault: Fault;
}

/** All places at which not everyone says the same. */
export function disputesIn(given: readonly Given[]): Dispute[] {
	const maps = given.map(({ host, events }) => ({
		host,
		byPlace: new Map(events.map((each) => [placeOf(each), each])),
	}));
	const places = new Map(given.flatMap(({ events }) => events.map((event) => [placeOf(event), event] as const)));
	return [...places].flatMap(([place, { blockNumber: block, logIndex }]) => {
		const said = new Map(maps.map(({ host, byPlace }) => [host, byPlace.get(place) ?? null]));
		return new Set([...said.values()].map(textOf)).size > 1 ? [{ block, logIndex, said }] : [];
	});
}

/**
 * Who is wrong at one place. `proven` is what the block's own receipts have there (null: nothing), or undefined where no endpoint gave
 * such receipts; then the majority decides, and without one each is named with what it says.
 */
export function blameFor({ said }: Dispute, proven: ChainEvent | null | undefined): Blame[] {
	const truth = proven === undefined ? majorityOf([...said.values()]) : proven;
	const evidence: Evidence = proven === undefined ? (truth === undefined ? 'none' : 'majority') : 'block';
	return [...said].flatMap(([host, event]) => {
		if (truth !== undefined && textOf(event) === textOf(truth)) return [];
		const fault = faultOf(event, truth, [...said.values()], evidence);
		return fault ? [{ host, fault }] : [];
	});
}

function faultOf(
	event: ChainEvent | null,
	truth: ChainEvent | null | undefined,
	said: readonly (ChainEvent | null)[],
	evidence: Evidence,
): Fault | null {
	if (event === null) {
		const missing = truth ?? said.find((each) => each !== null);
		return missing ? { kind: 'leaves-out', event: missing, evidence } : null;
	}
	const others =
		truth === undefined ? said.filter((each) => each !== event && each !== null).length > 0 : truth !== null;
	return { kind: others ? 'changes' : 'makes-up', event, evidence };
}

/** What more than half say; undefined where no such half is. */
function majorityOf(said: readonly (ChainEvent | null)[]): ChainEvent | null | undefined {
	return said.find((each) => said.filter((other) => textOf(other) === textOf(each)).length * 2 > said.length);
}

function placeOf({ blockNumber, logIndex }: ChainEvent): string {
	return `${blockNumber}:${logIndex}`;
}

/** The whole event as one text, so that any difference shows. */
export function textOf(event: ChainEvent | null): string {
	if (event === null) return '';
	const entries = Object.entries(event).sort(([a], [b]) => (a < b ? -1 : 1));
	return JSON.stringify(entries.map(([name, value]) => [name, String(value)]));
}
