/**
 * Challenges in public (contracts/PossessionAudit.sol): anyone asks, on the chain, for proof that a cloud holds a piece; which bytes, nobody
 * knows before a block that is made two blocks later; whoever has fetched them from the cloud sends the proof, which the contract checks.
 * An answer shows that the bytes are there. That there is none shows nothing, and a failure is a statement of whoever makes it.
 */
import { proveFrom, type ProvenFrom } from '#lib/audit/index.ts';
import * as chain from '#lib/chain/index.ts';
import type { Hash } from '#lib/chain/index.ts';
import { AppError } from '#lib/errors.ts';
import { toHex } from '#lib/bytes.ts';
import { pieceBytes } from '#lib/storage/index.ts';
import { transact } from './act.ts';
import type { ActionOptions, Deps, Receipt } from './deps.ts';
import type { Holding } from './holdings.ts';
import { askAnew } from './ledger.ts';
import { storeNamed } from './named-store.ts';
import { findRecordEvent } from './record-events.ts';

/** Gas of the question, and at most of the answer: of a piece of 100 MB, five times `proveLeafBatch5` of docs/gas.md. */
export const challengeGas = { ask: 78_000, answer: 243_000 };

/** A piece that a cloud can be challenged for. */
export interface ChallengeablePiece {
	/** Its index among all pieces of the record, in the order of the header. */
	piece: number;
	/** The part of the record that it belongs to, and which of how many pieces of it it is, counted from 0. */
	part: number;
	/** The cloud, as manifests name it. */
	store: string;
	/** Sealed. */
	bytes: number;
}

/** What anybody can ask the clouds of a record for; places that only their writer can reach are left out. */
export function challengeable(holding: Holding): ChallengeablePiece[] {
	return piecesOf(holding).filter(({ store }) => storeNamed({ configs: [] }, store));
}

/**
 * Opens a challenge: one transaction. Throws `records.invalid-input` for a piece that the record lacks, `chain.not-found`,
 * `chain.refused` (RecordWasErased, MissingAuditRoot, ChallengeExists), and what `transact` throws.
 */
export async function openChallenge(
	deps: Deps,
	{ holding, piece }: { holding: Holding; piece: number },
	options: ActionOptions = {},
): Promise<Receipt & { challengeId: Hash }> {
	askAnew(deps);
	const { patient, recordId } = holding;
	const store = piecesOf(holding)[piece]?.store;
	if (store === undefined) throw new AppError('records.invalid-input', 'The record has no such piece.');
	const { author, headerDigest, auditRoot } = await findRecordEvent(deps, { patient, recordId });
	const { contracts } = deps.chain;
	const order = { registry: contracts.possessionAudit, patient, author, headerDigest, auditRoot, piece, cloud: store };
	const receipt = await transact(deps, options, (wallet) => chain.openChallenge(wallet, order));
	const query = { contracts, recordIds: [recordId], fromBlock: receipt.block };
	const events = await chain.readAuditEvents(deps.client, query);
	const opened = events.find(({ transactionHash }) => transactionHash === receipt.transaction);
	if (opened?.name !== 'ChallengeOpened')
		throw new AppError('chain.unreachable', 'The node does not show the challenge that it took.');
	return { ...receipt, challengeId: opened.challengeId };
}

export interface ChallengeOf {
	holding: Holding;
	challengeId: Hash;
	/** The challenged cloud, as manifests name it. */
	store: string;
}

export interface AnswerOptions {
	signal?: AbortSignal | undefined;
	/** Blocks made since the challenge, of those that are needed before anybody knows what to prove; then null, while the cloud is asked. */
	onProgress?: ((blocks: { made: number; needed: number } | null) => void) | undefined;
}

/** Blocks from the challenge to the first in which it can be answered (`PossessionAudit`, `DELAY`). */
export const blocksBefore = 3;
/** And to the last (`WINDOW`). */
export const blocksUntil = 258;

/**
 * What answers a challenge: waits until the chain has chosen, and fetches it from the cloud. It needs no wallet. Throws what the cloud failed
 * with (`storage.not-found`, `storage.corrupt`, `storage.unreachable`, …); `chain.not-found` for no such challenge, `chain.refused`
 * (ChallengeExpired, AlreadyProven), `chain.unreachable`, `general.cancelled`.
 */
export async function prepareAnswer(
	deps: Deps,
	{ holding, challengeId, store }: ChallengeOf,
	{ signal, onProgress }: AnswerOptions = {},
): Promise<ProvenFrom> {
	const question = { registry: deps.chain.contracts.possessionAudit, challengeId };
	const challenge = await chain.readChallenge(deps.client, question);
	if (!challenge) throw new AppError('chain.not-found', 'The chain has no such challenge.');
	const { piece, openedAt, answered } = challenge;
	if (answered.every(Boolean)) throw refused('AlreadyProven');
	for (;;) {
		const made = (await chain.latestBlock(deps.client)) - openedAt;
		if (made > blocksUntil) throw refused('ChallengeExpired');
		if (made >= blocksBefore) break;
		onProgress?.({ made: Math.max(0, made), needed: blocksBefore });
		await pause(deps.client.pollingInterval, signal);
	}
	onProgress?.(null);
	const pieces = auditedPieces(holding);
	const challenged = pieces[piece];
	if (!challenged) throw new AppError('records.invalid-input', 'The challenge is for a piece that the record lacks.');
	const halves = await chain.readSamples(deps.client, { ...question, size: challenged.size });
	const cloud = storeNamed(deps, store);
	if (!cloud) throw new AppError('storage.invalid-cloud', 'Nobody else can ask this place.', { details: { store } });
	return proveFrom(cloud, { pieces, piece, halves, signal });
}

/**
 * Sends the answer, all five samples in one transaction. Throws `chain.refused` (ChallengeExpired, AlreadyProven, WrongRoot), and what
 * `transact` throws.
 */
export function answerChallenge(
	deps: Deps,
	{ challengeId, answer }: { challengeId: Hash; answer: ProvenFrom },
	options: ActionOptions = {},
): Promise<Receipt> {
	const { size, pieces, data, path, recordPath } = answer.proof;
	const proof = { size, pieces, data: toHex(data), path: path.map(toHex), recordPath: recordPath.map(toHex) };
	const order = { registry: deps.chain.contracts.possessionAudit, challengeId, proof };
	return transact(deps, options, (wallet) => chain.answerChallenge(wallet, order));
}

/**
 * Says on the chain, in this account's name, that a cloud failed to give a piece. It proves nothing, and stays for ever. Throws
 * `chain.refused` (UnknownRecord, RecordWasErased), and what `transact` throws.
 */
export function attestFailure(
	deps: Deps,
	{ recordId, piece, store }: { recordId: Hash; piece: number; store: string },
	options: ActionOptions = {},
): Promise<Receipt> {
	const order = { registry: deps.chain.contracts.possessionAudit, recordId, piece, cloud: store, reportDigest: null };
	return transact(deps, options, (wallet) => chain.attestFailure(wallet, order));
}

function piecesOf({ parts }: Holding): ChallengeablePiece[] {
	const all = parts.flatMap((manifest, part) =>
		manifest.pieces.map(({ store }) => ({ part, store, bytes: pieceBytes(manifest) })),
	);
	return all.map((one, piece) => ({ ...one, piece }));
}

function auditedPieces({ parts }: Holding) {
	return parts.flatMap((manifest) => manifest.pieces.map((piece) => ({ ...piece, size: pieceBytes(manifest) })));
}

function refused(reason: string): AppError {
	return new AppError('chain.refused', `The challenge takes no answer: ${reason}.`, { details: { reason } });
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
	return new Promise((done, fail) => {
		const stop = () => {
			clearTimeout(timer);
			fail(new AppError('general.cancelled', 'Waiting for the chain was cancelled.'));
		};
		const timer = setTimeout(() => {
			signal?.removeEventListener('abort', stop);
			done();
		}, ms);
		if (signal?.aborted) stop();
		else signal?.addEventListener('abort', stop, { once: true });
	});
}
