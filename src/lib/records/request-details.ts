/** What a request says, sealed for the one who asks and the one who is asked. */
import { requestLifeSeconds, type Address, type ChainEvent, type EventOf, type Hash } from '#lib/chain/index.ts';
import { bind, domains } from '#lib/crypto/index.ts';
import { AppError } from '#lib/errors.ts';
import { findObject } from './blocks.ts';
import { decodeObject, encodeObject } from './codec.ts';
import { commitmentTo, newCommitmentSalt, opensCommitment, type Opening } from './commitments.ts';
import type { Deps } from './deps.ts';
import { requestDetailsSchema, requestSchema, type Request, type RequestDetails } from './formats.ts';
import { askAnew, historyOf, requireKeys } from './ledger.ts';
import { requireIdentity } from './act.ts';

/** The event of a request to or from this account. Throws `chain.not-found`. */
export async function findRequest(deps: Deps, requestId: Hash): Promise<EventOf<'AccessRequested'>> {
	const events = await historyOf(deps, requireIdentity(deps).account);
	const found = events.find((event) => event.name === 'AccessRequested' && event.requestId === requestId);
	if (found?.name !== 'AccessRequested') throw new AppError('chain.not-found', 'There is no such request.');
	return found;
}

/**
 * The same, if nobody has answered it or taken it back, and it has not lapsed: what the chain, on which nothing depends on a request,
 * does not look after. Throws `chain.not-found`, `chain.refused`.
 */
export async function requireWaiting(deps: Deps, requestId: Hash): Promise<EventOf<'AccessRequested'>> {
	const request = await findRequest(deps, requestId);
	const answer = answerTo(request, await historyOf(deps, requireIdentity(deps).account));
	if (answer) throw new AppError('chain.refused', 'The request is closed.', { details: { reason: answer.name } });
	if ((request.timestamp + requestLifeSeconds) * 1000 <= Date.now()) {
		throw new AppError('chain.refused', 'The request has lapsed.', { details: { reason: 'RequestLapsed' } });
	}
	return request;
}

/** The first word on a request by the one whose word it is: the patient's yes or no, the requester's withdrawal. */
export function answerTo(request: EventOf<'AccessRequested'>, events: readonly ChainEvent[]) {
	const { requestId, patient, requester } = request;
	return events.find((event): event is EventOf<'AccessGranted' | 'RequestDenied' | 'RequestWithdrawn'> => {
		if (!('requestId' in event) || event.requestId !== requestId || event.patient !== patient) return false;
		if (event.name === 'AccessGranted') return event.grantee === requester;
		return event.name !== 'AccessRequested' && event.requester === requester;
	});
}

/**
 * What was asked, for the one who asks or is asked. Throws `records.invalid-header` for a request of other people, or that says one thing
 * in the box and commits to another; `crypto.corrupt`; and as `findObject`.
 */
export async function openRequest(deps: Deps, event: EventOf<'AccessRequested'>): Promise<RequestDetails> {
	const { keys, account: me } = requireIdentity(deps);
	return deps.memo.once(`request/${event.detailsDigest}`, async () => {
		const request = await findSealed(deps, event);
		const box = request.boxes[me];
		if (!box) throw new AppError('records.invalid-header', 'The request is of other people.');
		const details = decodeObject(
			requestDetailsSchema,
			await deps.engine.openSealed(keys.sealing.secretKey, box, boxInfo(event, me)),
		);
		const { requestScope, requestPurpose } = openings(details);
		const same = [opensCommitment(request.scope, requestScope), opensCommitment(request.purpose, requestPurpose)];
		if ((await Promise.all(same)).includes(false)) {
			throw new AppError('records.invalid-header', 'The request commits to something else than it says.');
		}
		return details;
	});
}

/** A request with its commitments and its two boxes. Throws `records.no-keys`. */
export async function sealRequest(
	deps: Deps,
	{ from, patient }: { from: Address; patient: Address },
	said: Omit<RequestDetails, 'scopeSalt' | 'purposeSalt'>,
): Promise<Request> {
	const details = { ...said, scopeSalt: newCommitmentSalt(), purposeSalt: newCommitmentSalt() };
	const plain = encodeObject(details);
	const entries = [from, patient].map(async (reader) => {
		const { sealingKey } = await requireKeys(deps, reader);
		const box = await deps.engine.sealTo(sealingKey, plain, boxInfo({ requester: from, patient }, reader));
		return [reader, box] as const;
	});
	const { requestScope, requestPurpose } = openings(details);
	const [scope, purpose, boxes] = await Promise.all([
		commitmentTo(requestScope),
		commitmentTo(requestPurpose),
		Promise.all(entries),
	]);
	return { v: 1, kind: 'request', from, patient, scope, purpose, boxes: Object.fromEntries(boxes) };
}

/**
 * What the one who asked, or was asked, shows to a third party to prove the scope or the purpose of a request, and nothing else of it.
 * Throws `chain.not-found`, and as `openRequest`.
 */
export async function openingOf(
	deps: Deps,
	{ requestId, what }: { requestId: Hash; what: 'requestScope' | 'requestPurpose' },
): Promise<Opening> {
	askAnew(deps);
	return openings(await openRequest(deps, await findRequest(deps, requestId)))[what];
}

/**
 * Whether a request, as its transaction says, was for what is shown. Anybody can ask; it needs no keys. Throws `records.invalid-header`, and
 * as `findObject`.
 */
export async function provesRequest(deps: Deps, event: EventOf<'AccessRequested'>, opening: Opening): Promise<boolean> {
	const { scope, purpose } = await findSealed(deps, event);
	if (opening.what === 'requestScope') return opensCommitment(scope, opening);
	return opening.what === 'requestPurpose' && opensCommitment(purpose, opening);
}

async function findSealed(
	deps: Deps,
	{ requester, patient, detailsDigest }: EventOf<'AccessRequested'>,
): Promise<Request> {
	const request = await findObject(deps, requestSchema, detailsDigest, [requester]);
	if (request.from !== requester || request.patient !== patient) {
		throw new AppError('records.invalid-header', 'The request is of other people.');
	}
	return request;
}

function openings({ scope, scopeSalt, purpose, purposeSalt }: RequestDetails) {
	return {
		requestScope: { what: 'requestScope', salt: scopeSalt, value: scope },
		requestPurpose: { what: 'requestPurpose', salt: purposeSalt, value: purpose },
	} satisfies Record<string, Opening>;
}

function boxInfo({ requester, patient }: { requester: Address; patient: Address }, reader: Address): Uint8Array {
	return bind(domains.requestDetails, requester, patient, reader);
}
