/**
 * Putting objects into a data set and taking them out. The provider puts both on chain, by the signature of a key that the paying wallet allowed.
 *
 * A transaction takes a minute or so, so what is put while one is under way goes into the next together. A piece has at least 127 bytes:
 * zeros follow a smaller object, and its size stands in the metadata. Filecoin's name of a piece is computed here (some 10 MB a second) and by the
 * provider, which refuses other bytes.
 */

import * as Piece from '@filoz/synapse-core/piece';
import { signAddPieces, signSchedulePieceRemovals } from '@filoz/synapse-core/typed-data';
import type { CID } from 'multiformats/cid';
import { createClient, custom, type Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { equal } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';
import { codecs } from '#lib/storage/cid.ts';
import { cidKey, sizeKey, smallestPiece, type DataSet } from '#lib/storage/filecoin/data-set.ts';
import { addPieces, schedulePieceRemoval, until, uploadPiece, type Provider } from '#lib/storage/filecoin/provider.ts';
import { cancelled } from '#lib/storage/request.ts';
import type { Content, PutOptions, StoreOptions } from '#lib/storage/store.ts';
import { bytesOf, sizeOf, treeOf } from '#lib/storage/tree.ts';

/** 1 GiB of Fr32-padded data, the most that providers take: https://github.com/filecoin-project/curio/blob/main/pdp/handlers_upload.go */
const largestPiece = 1_065_353_216;
const step = 2 ** 20;
/** The contracts take 8 KiB of metadata and signature in one call; a piece's is some 600 bytes. */
const piecesInOne = 10;

interface Addition {
	object: string;
	pieceCid: Piece.PieceCID;
	size: number;
	added: () => void;
	failed: (reason: unknown) => void;
}

/** What waits to be added while a transaction is under way, by data set and key. */
const queues = new WeakMap<DataSet, Map<string, Addition[]>>();

export interface NewObject {
	cid: CID;
	content: Content;
	/** Whether the provider gives it already. */
	isHere: () => Promise<unknown>;
}

/** Puts the object into the data set, and waits until the chain has it. Throws as `Store.put`, `storage.full` for what is too large for a piece. */
export async function putPiece(
	set: DataSet,
	privateKey: string,
	{ cid, content, isHere }: NewObject,
	options: PutOptions = {},
): Promise<void> {
	const size = sizeOf(content);
	const [store, provider] = [set.name, providerOf(set)];
	if (size > largestPiece)
		throw new AppError('storage.full', 'No piece on Filecoin is that large.', { details: { store } });
	if (set.info.pdpEndEpoch !== 0n) throw ended(set);
	const whole = await collect(content, options);
	const { cid: address, nodes } = await treeOf(whole, options);
	const isFile = cid.code === codecs['dag-pb'];
	if (nodes.length > 0 !== isFile || !equal(address.multihash.digest, cid.multihash.digest))
		throw new AppError('storage.corrupt', 'These bytes are not what the address says.');
	if (!(await isHere())) {
		const body = size < smallestPiece ? new Blob([whole, new Uint8Array(smallestPiece - size)]) : whole;
		const pieceCid = await Piece.calculateFromIterable(slicesOf(body, options));
		await uploadPiece(provider, String(pieceCid), body, options);
		options.onProgress?.(size);
		await add(set, privateKey, { object: String(cid), pieceCid, size }, options);
	} else options.onProgress?.(size);
}

/** Sends the provider a piece that nobody names, and asks whether it could be added. Throws as `putPiece`. The provider clears it away by itself. */
export async function rehearse(set: DataSet, privateKey: string, options: StoreOptions = {}): Promise<void> {
	if (set.info.pdpEndEpoch !== 0n) throw ended(set);
	const { clientDataSetId } = set.info;
	const bytes = crypto.getRandomValues(new Uint8Array(smallestPiece));
	const pieceCid = Piece.calculate(bytes);
	await uploadPiece(providerOf(set), String(pieceCid), new Blob([bytes]), options);
	const pieces = [{ pieceCid, metadata: metadataOf('', smallestPiece) }];
	await set.wouldTake(pieceCid, await signAddPieces(signer(set, privateKey), { clientDataSetId, pieces }));
}

/** Removes every piece with the object, and waits until the chain says so. Throws as `Store.remove`, and as `addPieces`. */
export async function removePieces(
	set: DataSet,
	privateKey: string,
	object: string,
	options: StoreOptions = {},
): Promise<void> {
	const provider = providerOf(set);
	const { dataSetId, clientDataSetId } = set.info;
	const places = await set.findAll(object);
	for (const { pieceId } of places) {
		const extraData = await signSchedulePieceRemovals(signer(set, privateKey), {
			clientDataSetId,
			pieceIds: [pieceId],
		});
		await schedulePieceRemoval(provider, { dataSetId, pieceId, extraData }, options);
	}
	if (places.length > 0) await until(provider, options, async () => (await set.findAll(object)).length === 0 || null);
}

/** Waits until the object is in the data set; with the others that wait meanwhile. */
async function add(
	set: DataSet,
	privateKey: string,
	piece: Omit<Addition, 'added' | 'failed'>,
	{ signal }: PutOptions,
): Promise<void> {
	if (signal?.aborted) throw cancelled(signal.reason);
	const lists = queues.get(set) ?? new Map<string, Addition[]>();
	queues.set(set, lists);
	const queue = lists.get(privateKey);
	const { promise, resolve, reject } = Promise.withResolvers<true>();
	const addition = { ...piece, added: () => resolve(true), failed: reject };
	if (queue) queue.push(addition);
	else {
		const begun = [addition];
		lists.set(privateKey, begun);
		void addAll(set, privateKey, begun, () => lists.delete(privateKey));
	}
	await promise;
}

async function addAll(set: DataSet, privateKey: string, queue: Addition[], done: () => void): Promise<void> {
	while (queue.length > 0) {
		// One piece cannot be in one call twice; the same bytes may be two objects.
		const batch = [...new Map(queue.map((each) => [String(each.pieceCid), each] as const)).values()].slice(
			0,
			piecesInOne,
		);
		for (const each of batch) queue.splice(queue.indexOf(each), 1);
		await addBatch(set, privateKey, batch);
	}
	done(); // in the same step as the last look, so that nothing is left waiting in a list that nobody reads
}

async function addBatch(set: DataSet, privateKey: string, batch: readonly Addition[]): Promise<void> {
	const { dataSetId, clientDataSetId } = set.info;
	try {
		const pieces = batch.map(({ object, pieceCid, size }) => ({ pieceCid, metadata: metadataOf(object, size) }));
		const extraData = await signAddPieces(signer(set, privateKey), { clientDataSetId, pieces });
		const ids = await addPieces(providerOf(set), { dataSetId, pieces: batch.map(({ pieceCid }) => String(pieceCid)), extraData }); // prettier-ignore
		for (const [i, { object, pieceCid, size }] of batch.entries()) {
			const pieceId = ids[i];
			if (pieceId !== undefined) set.note(object, { pieceId, piece: String(pieceCid), size });
		}
		for (const { added } of batch) added();
	} catch (error) {
		// The answer may have been lost on its way, and the chain have the pieces all the same.
		for (const { object, added, failed } of batch) {
			const found = await set.findAll(object).catch(() => []);
			if (found.length > 0) added();
			else failed(error);
		}
	}
}

function metadataOf(object: string, size: number): { key: string; value: string }[] {
	return [{ key: cidKey, value: object }, ...(size < smallestPiece ? [{ key: sizeKey, value: String(size) }] : [])];
}

function ended({ name }: DataSet): AppError {
	return new AppError('storage.invalid-cloud', 'The data set has ended.', { details: { store: name } });
}

function providerOf({ name, serviceUrl }: DataSet): Provider {
	return { store: name, serviceUrl };
}

/** Signs on this machine and asks nothing. */
function signer({ chain }: DataSet, privateKey: string) {
	const transport = custom({ request: () => Promise.reject(new TypeError('Signing asks nobody.')) });
	return createClient({ account: privateKeyToAccount(privateKey as Hex), chain, transport });
}

/** All of the content in a Blob, which the browser keeps where it likes, read a little at a time. */
async function collect(content: Content, { signal }: PutOptions): Promise<Blob> {
	if (content instanceof Blob) return content;
	const parts: Blob[] = [];
	for (let start = 0; start < sizeOf(content); start += step) {
		if (signal?.aborted) throw cancelled(signal.reason);
		parts.push(new Blob([(await bytesOf(content, start, start + step)) as Uint8Array<ArrayBuffer>]));
	}
	return new Blob(parts);
}

async function* slicesOf(body: Blob, { signal }: PutOptions): AsyncGenerator<Uint8Array> {
	for (let start = 0; start < body.size; start += step) {
		if (signal?.aborted) throw cancelled(signal.reason);
		yield await bytesOf(body, start, start + step);
	}
}
