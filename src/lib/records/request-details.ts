/** What a request says, sealed for the one who asks and the one who is asked. */
import { requestLifeSeconds, type Address, type ChainEvent, type EventOf, type Hash } from '#lib/chain/index.ts';
import { bind, domains } from '#lib/crypto/index.ts';
import { AppError } from '#lib/errors.ts';
import { findObject } from './blocks.ts';
import { decodeObject, encodeObject } from './codec.ts';
import type { Deps } from './deps.ts';
import { requestDetailsSchema, requestSchema, type RequestDetails } from './formats.ts';
import { historyOf, requireKeys } from './ledger.ts';
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

/** What was asked, for the one who asks or is asked. Throws `records.invalid-header`, `crypto.corrupt`, and as `findObject`. */
export async function openRequest(
	deps: Deps,
	{ requester: from, patient, detailsDigest }: EventOf<'AccessRequested'>,
): Promise<RequestDetails> {
	const { keys, account: me } = requireIdentity(deps);
	return deps.memo.once(`request/${detailsDigest}`, async () => {
		const request = await findObject(deps, requestSchema, detailsDigest, [from]);
		const box = request.boxes[me];
		if (request.from !== from || request.patient !== patient || !box) {
			throw new AppError('records.invalid-header', 'The request is of other people.');
		}
		const opened = await deps.engine.openSealed(keys.sealing.secretKey, box, boxInfo({ from, patient }, me));
		return decodeObject(requestDetailsSchema, opened);
	});
}

/** The two boxes of a request. Throws `records.no-keys`. */
export async function sealDetails(deps: Deps, place: { from: Address; patient: Address }, details: RequestDetails) {
	const plain = encodeObject(details);
	const entries = [place.from, place.patient].map(async (reader) => {
		const { sealingKey } = await requireKeys(deps, reader);
		return [reader, await deps.engine.sealTo(sealingKey, plain, boxInfo(place, reader))] as const;
	});
	return Object.fromEntries(await Promise.all(entries));
}

function boxInfo({ from, patient }: { from: Address; patient: Address }, reader: Address): Uint8Array {
	return bind(domains.requestDetails, from, patient, reader);
}
