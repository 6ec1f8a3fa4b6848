/**
 * A provider's door: the PDP service of Curio. What a provider answers is somebody's word, parsed before it is used.
 * https://github.com/filecoin-project/curio/blob/main/pdp/README.md
 */

import * as v from 'valibot';
import { AppError } from '#lib/errors.ts';
import { refusalIn } from '#lib/storage/filecoin/node.ts';
import { cancelled, readUpTo, request } from '#lib/storage/request.ts';
import type { StoreOptions } from '#lib/storage/store.ts';

/** Between two questions whether something has happened, and how long is asked: a block of Filecoin takes 30 s, and a few may pass. */
const askAgainMs = 2000;
const patienceMs = 300_000;

const pieceId = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const additionSchema = v.variant('txStatus', [
	v.object({ txStatus: v.picklist(['pending', 'rejected']) }),
	v.object({ txStatus: v.literal('confirmed'), addMessageOk: v.nullable(v.boolean()), confirmedPieceIds: v.optional(v.nullable(v.array(pieceId))) }), // prettier-ignore
]);

export interface Provider {
	/** The store's name, for errors. */
	store: string;
	/** Ends in `/`. */
	serviceUrl: string;
}

/** Sends a piece, unless the provider has it, and waits until it says so. Throws as `request`, and `storage.unconfirmed`. */
export async function uploadPiece(
	provider: Provider,
	piece: string,
	body: Blob,
	options?: StoreOptions,
): Promise<void> {
	const told = (response: Response) =>
		Promise.resolve(response.status === 200 ? null : pathIn(response, /\/pdp\/piece\/upload\/([0-9a-f-]{36})$/i));
	const upload = await ask(provider, 'pdp/piece', json('POST', { pieceCid: piece }), told, options);
	if (upload !== null) {
		const init = { method: 'PUT', body, headers: { 'content-type': 'application/octet-stream' } };
		// 409: it came through the time before, and only the answer was lost.
		await ask(provider, `pdp/piece/upload/${upload}`, init, (response) => response.text(), { ...options, bytes: body.size, expected: [409] }); // prettier-ignore
	}
	await until(
		provider,
		options,
		() =>
		ask(provider, `pdp/piece?pieceCid=${piece}`, {}, (response) => Promise.resolve(response.ok || null), { ...options, expected: [404] }), // prettier-ignore
	);
}

/**
 * Adds pieces to a data set by a signature, and waits for the chain. The numbers of the pieces, in their order. Throws beside the codes of
 * `request` what the contracts refuse: `storage.unpaid`, `.not-approved`, `.unauthorised`; and `storage.unconfirmed`.
 */
export async function addPieces(
	provider: Provider,
	{ dataSetId, pieces, extraData }: { dataSetId: bigint; pieces: readonly string[]; extraData: string },
): Promise<readonly bigint[]> {
	const path = `pdp/data-sets/${dataSetId}/pieces`;
	const list = pieces.map((pieceCid) => ({ pieceCid, subPieces: [{ subPieceCid: pieceCid }] }));
	const hash = await ask(provider, path, json('POST', { pieces: list, extraData }), (response) =>
		Promise.resolve(pathIn(response, /\/(0x[0-9a-f]{64})$/i)),
	);
	return until(provider, {}, async () => {
		const told = await ask(provider, `${path}/added/${hash}`, {}, (response): Promise<unknown> => response.json());
		const addition = v.safeParse(additionSchema, told);
		if (!addition.success) throw unreadable(provider);
		const { output } = addition;
		if (output.txStatus === 'rejected' || (output.txStatus === 'confirmed' && output.addMessageOk === false)) {
			throw refused(provider, 'The chain refused what a provider sent to it.');
		}
		const ids = output.txStatus === 'confirmed' ? (output.confirmedPieceIds ?? []) : [];
		return ids.length === pieces.length ? ids.map(BigInt) : null;
	});
}

/** Asks for a piece to be removed, which the chain does with the next proof. Throws as `addPieces`. */
export async function schedulePieceRemoval(
	provider: Provider,
	{ dataSetId, pieceId, extraData }: { dataSetId: bigint; pieceId: bigint; extraData: string },
	options?: StoreOptions,
): Promise<void> {
	const path = `pdp/data-sets/${dataSetId}/pieces/${pieceId}`;
	await ask(provider, path, json('DELETE', { extraData }), (response) => response.text(), {
		...options,
		expected: [404],
	});
}

/** Asks until there is an answer. Throws `storage.unconfirmed` when patience ends, `general.cancelled`. */
export async function until<T>(
	{ store }: Provider,
	{ signal }: StoreOptions = {},
	question: () => Promise<T | null>,
): Promise<T> {
	const began = Date.now();
	while (Date.now() - began < patienceMs) {
		if (signal?.aborted) throw cancelled(signal.reason);
		const answer = await question();
		if (answer !== null) return answer;
		await new Promise((done) => setTimeout(done, askAgainMs));
	}
	throw new AppError('storage.unconfirmed', 'A provider took something and its chain has not confirmed it.', {
		details: { store },
	});
}

interface AskOptions extends StoreOptions {
	bytes?: number;
	expected?: readonly number[];
}

/** One call. A refusal of the contracts is passed on by the provider in words, under 400 or 500. */
function ask<T>(
	{ store, serviceUrl }: Provider,
	path: string,
	init: RequestInit,
	read: (response: Response) => Promise<T>,
	{ signal, bytes, expected = [] }: AskOptions = {},
): Promise<T> {
	return request({
		store,
		make: () => Promise.resolve({ url: serviceUrl + path, init }),
		expected: [...expected, 400, 500],
		...(bytes !== undefined && { bytes }),
		signal,
		async read(response) {
			if (response.ok || expected.includes(response.status)) return read(response);
			const text = new TextDecoder().decode(await readUpTo(response, 4096));
			const refusal = refusalIn(text, store);
			if (refusal) throw refusal;
			if (response.status === 500) throw new TypeError('A provider could not do it.'); // tried again, as a lost connection
			throw refused({ store, serviceUrl }, 'A provider refused: 400.');
		},
	});
}

function json(method: string, body: unknown): RequestInit {
	return { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

/** What a provider points to: only the last step of the path is taken from it. */
function pathIn(response: Response, pattern: RegExp): string {
	const found = pattern.exec(response.headers.get('location') ?? '')?.[1];
	if (found !== undefined) return found;
	throw new TypeError('A provider does not say where to go on.');
}

function refused({ store }: Provider, message: string): AppError {
	return new AppError('storage.invalid-cloud', message, { details: { store } });
}

function unreadable(provider: Provider): AppError {
	return refused(provider, 'A provider gave an answer that is none.');
}
