/**
 * A data set as Filecoin's contracts describe it: who keeps it, who pays, and which piece holds which object.
 *
 * Our address of an object is the value of `cid` in its piece's metadata, and where the piece was padded to Filecoin's smallest size, `size` is
 * the object's own. Pieces are numbered upwards, so what is known is kept while the page is open and only newer pieces are asked for. All of it
 * is somebody's word: whoever reads an object checks its bytes against its address.
 *
 * https://github.com/FilOzone/pdp · https://github.com/FilOzone/filecoin-services
 */

import * as Chains from '@filoz/synapse-core/chains';
import * as Piece from '@filoz/synapse-core/piece';
import { getPdpDataSet, type PdpDataSet } from '@filoz/synapse-core/warm-storage';
import { createClient, encodeFunctionData, toHex, zeroAddress, type Client, type Hex, type Transport } from 'viem';
import { call, multicall } from 'viem/actions';
import { AppError } from '#lib/errors.ts';
import { askNode, reasonOf, refusalOf } from '#lib/storage/filecoin/node.ts';
import type { FilecoinConfig } from '#lib/storage/store.ts';

/** Keys in a piece's metadata. */
export const cidKey = 'cid';
export const sizeKey = 'size';
/** The smallest piece: one node of Fr32-padded data. https://github.com/filecoin-project/FIPs/blob/master/FRCs/frc-0069.md */
export const smallestPiece = 127;

const piecesAtOnce = 100n;
/** How long what is known is good without asking whether something was taken away, and after how long all is read anew. */
const goodForMs = 60_000;
const forgottenAfterMs = 3_600_000;

/** A piece that holds an object. */
export interface Place {
	pieceId: bigint;
	/** Filecoin's name of the piece. */
	piece: string;
	/** Bytes of the object, without padding. */
	size: number;
}

export interface DataSet {
	/** The store's name, for errors. */
	readonly name: string;
	readonly chain: Chains.Chain;
	/** What the contracts say of it; `pdpEndEpoch` is 0 while it is paid for. */
	readonly info: PdpDataSet;
	/** Where the provider listens; ends in `/`. */
	readonly serviceUrl: string;
	/** Where anyone reads a piece. */
	urlOf(place: Place): string;
	/** The last piece with this object; null where the chain knows none. */
	find(object: string): Promise<Place | null>;
	/** All pieces with this object, asked of the chain now. */
	findAll(object: string): Promise<readonly Place[]>;
	/** Whether the contracts would take this piece under this signature now: throws what they would refuse it with. Nothing is added. */
	wouldTake(piece: Piece.PieceCID, extraData: Hex): Promise<void>;
	/** Keeps what the provider just said of a new piece, in case the node does not know it yet. */
	note(object: string, place: Place): void;
}

const opened = new Map<string, Promise<DataSet>>();

/** The data set of these settings; one for all who ask. Throws `storage.unreachable`, `.busy`, `.invalid-cloud`. */
export function openDataSet(config: FilecoinConfig): Promise<DataSet> {
	const name = `filecoin:${config.network}/${config.dataSet}`;
	const key = `${name} ${config.rpcUrl ?? ''}`;
	const known = opened.get(key);
	if (known) return known;
	const opening = open(name, config);
	opened.set(key, opening);
	opening.catch(() => opened.delete(key));
	return opening;
}

async function open(name: string, { network, dataSet, rpcUrl }: FilecoinConfig): Promise<DataSet> {
	const chain = Chains[network];
	const client = createClient({ chain, transport: askNode(rpcUrl ?? chain.rpcUrls.default.http[0] ?? '', name) });
	const info = await describe(client, BigInt(dataSet), name);
	const serviceUrl = serviceUrlOf(info, name);
	const pieces = knownPieces(client, chain, info.dataSetId);
	const asked = <T>(work: Promise<T>) => work.catch((error: unknown) => Promise.reject(reasonOf(error, name)));
	return {
		name,
		chain,
		info,
		serviceUrl,
		urlOf: ({ piece }) => `${serviceUrl}piece/${piece}`,
		find: (object) => asked(pieces.find(object)),
		findAll: (object) => asked(pieces.findAll(object)),
		note: pieces.note,
		async wouldTake(piece, extraData) {
			const args = [info.dataSetId, zeroAddress, [{ data: toHex(piece.bytes) }], extraData] as const;
			const data = encodeFunctionData({ abi: chain.contracts.pdp.abi, functionName: 'addPieces', args });
			await call(client, { account: info.serviceProvider, to: chain.contracts.pdp.address, data }).catch((error: unknown) => { throw refusalOf(error, name) ?? reasonOf(error, name); }); // prettier-ignore
		},
	};
}

async function describe(client: Client<Transport, Chains.Chain>, dataSetId: bigint, name: string): Promise<PdpDataSet> {
	const info = await getPdpDataSet(client, { dataSetId }).catch((error: unknown) => {
		throw reasonOf(error, name);
	});
	if (info?.live && info.managed) return info;
	throw new AppError('storage.invalid-cloud', 'There is no such data set, or its provider has given it up.', {
		details: { store: name, field: 'dataSet' },
	});
}

/** The provider's own word in the registry, so only a plain address of the web is taken; this machine's own for tests. */
function serviceUrlOf({ provider }: PdpDataSet, name: string): string {
	const { serviceURL } = provider.pdp;
	const url = URL.canParse(serviceURL) ? new URL(serviceURL) : null;
	const isLocal = url?.protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(url.hostname);
	if (url && (url.protocol === 'https:' || isLocal)) return new URL(url.pathname.replace(/\/*$/, '/'), url.origin).href;
	throw new AppError('storage.invalid-cloud', 'The provider’s address in the registry is none.', {
		details: { store: name },
	});
}

/** The pieces of a data set by what they hold. */
function knownPieces(client: Client<Transport, Chains.Chain>, chain: Chains.Chain, dataSetId: bigint) {
	const { pdp, fwssView } = chain.contracts;
	const places = new Map<string, Place[]>();
	let next = 0n;
	let beganAt = 0;
	let readAt = 0;
	let reading: Promise<void> | null = null;

	function note(object: string, place: Place): void {
		const others = (places.get(object) ?? []).filter(({ pieceId }) => pieceId !== place.pieceId);
		places.set(object, [...others, place]);
	}

	/** Asks for newer pieces and for those that are about to be removed; those who ask at once wait for one answer. */
	function read(): Promise<void> {
		reading ??= readOn().finally(() => (reading = null));
		return reading;
	}

	async function readOn(): Promise<void> {
		const now = Date.now();
		if (now - beganAt > forgottenAfterMs) {
			places.clear();
			next = 0n;
			beganAt = now;
		}
		for (let more = true; more;) {
			const [[pieces, ids, hasMore], removals] = await multicall(client, {
				allowFailure: false,
				contracts: [
					{ ...pdp, functionName: 'getActivePiecesByCursor', args: [dataSetId, next, piecesAtOnce] },
					{ ...pdp, functionName: 'getScheduledRemovals', args: [dataSetId] },
				],
			});
			const metadata = await metadataOf(ids);
			for (const [i, pieceId] of ids.entries()) {
				const held = heldBy(pieces[i]?.data, metadata[i]);
				if (held) note(held.object, { ...held.place, pieceId });
				next = pieceId + 1n;
			}
			const gone = new Set(removals);
			for (const [object, list] of places) {
				const left = list.filter(({ pieceId }) => !gone.has(pieceId));
				if (left.length === 0) places.delete(object);
				else if (left.length < list.length) places.set(object, left);
			}
			more = hasMore && ids.length > 0;
		}
		readAt = now;
	}

	async function metadataOf(ids: readonly bigint[]) {
		if (ids.length === 0) return [];
		const contracts = ids.map((id) => {
			return { ...fwssView, functionName: 'getAllPieceMetadata' as const, args: [dataSetId, id] as const };
		});
		return multicall(client, { allowFailure: false, batchSize: 0, contracts });
	}

	return {
		note,
		async find(object: string): Promise<Place | null> {
			const known = places.get(object)?.at(-1);
			if (known && Date.now() - readAt < goodForMs) return known;
			await read();
			return places.get(object)?.at(-1) ?? null;
		},
		async findAll(object: string): Promise<readonly Place[]> {
			await reading; // it may have begun before what is asked about
			await read();
			return places.get(object) ?? [];
		},
	};
}

/** What a piece says that it holds; null for what is none of ours, or says nothing that can be. */
function heldBy(
	data: Hex | undefined,
	metadata: readonly [readonly string[], readonly string[]] | undefined,
): { object: string; place: Omit<Place, 'pieceId'> } | null {
	const [keys, values] = metadata ?? [[], []];
	const object = values[keys.indexOf(cidKey)];
	if (!object || !data) return null;
	try {
		const piece = Piece.hexToPieceCID(data);
		const whole = Piece.getSize(piece);
		const told = values[keys.indexOf(sizeKey)];
		const size = told === undefined ? whole : Number(told);
		if (!Number.isSafeInteger(size) || size < 0 || size > whole) return null;
		return { object, place: { piece: String(piece), size } };
	} catch {
		return null;
	}
}
