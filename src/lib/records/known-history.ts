/**
 * An account's history, of which this browser remembers the settled part: only what came since is asked for. It is kept sealed under the
 * keyring, as it would tell whose records were looked at here; and it counts only while the chain still has the block up to which it
 * was read, so that neither a reorganisation nor another network of the same number leaves anything stale.
 */
import {
	isStillThere,
	readHistory,
	settledBlock,
	type Address,
	type Anchor,
	type ChainEvent,
} from '#lib/chain/index.ts';
import { utf8 } from '#lib/bytes.ts';
import type { Deps } from './deps.ts';
import { readPrivate, writePrivate } from './private-cache.ts';

interface Known extends Anchor {
	events: ChainEvent[];
}

/** Written again after this many blocks, even without a new event: a reader's events are looked for from there on. */
const staleAfterBlocks = 10_000;

/** All events of an account, in their order. Throws as `readHistory`. */
export async function readKnownHistory(deps: Deps, account: Address): Promise<ChainEvent[]> {
	const { client, chain } = deps;
	const [known, settled] = await Promise.all([loadKnown(deps, account), deps.identity ? settledBlock(client) : null]);
	const fromBlock = known ? known.block + 1 : undefined;
	const news = await readHistory(client, chain.contracts, { account, fromBlock });
	const events = [...(known?.events ?? []), ...news];
	if (settled && isWorthKeeping(known, settled, news)) {
		await saveKnown(deps, account, {
			...settled,
			events: events.filter((event) => event.blockNumber <= settled.block),
		});
	}
	return events;
}

function isWorthKeeping(known: Known | null, settled: Anchor, news: readonly ChainEvent[]): boolean {
	if (!known || settled.block - known.block > staleAfterBlocks) return true;
	return news.some((event) => event.blockNumber <= settled.block);
}

async function loadKnown(deps: Deps, account: Address): Promise<Known | null> {
	if (!deps.identity) return null;
	const bytes = await readPrivate(deps.cache, deps.identity, nameOf(deps, account));
	if (!bytes) return null;
	const known = JSON.parse(new TextDecoder().decode(bytes), revive) as Known;
	return (await isStillThere(deps.client, known)) ? known : null;
}

async function saveKnown(deps: Deps, account: Address, known: Known): Promise<void> {
	if (!deps.identity) return;
	// A browser that keeps nothing more loses time, not records.
	await writePrivate(deps.cache, deps.identity, nameOf(deps, account), utf8(JSON.stringify(known, flatten))).catch(
		() => undefined,
	);
}

function nameOf({ chain }: Deps, account: Address): string {
	return `history/${chain.chainId}/${chain.contracts.recordRegistry}/${account}`;
}

const wordMark = 'word:';

function flatten(_: string, value: unknown): unknown {
	return typeof value === 'bigint' ? `${wordMark}${value.toString(16)}` : value;
}

function revive(_: string, value: unknown): unknown {
	return typeof value === 'string' && value.startsWith(wordMark) ? BigInt(`0x${value.slice(wordMark.length)}`) : value;
}
