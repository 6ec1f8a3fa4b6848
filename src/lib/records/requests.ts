/**
 * Requests: a clinician asks a patient, in a hospital's name, for some kinds of records, for a purpose and a time. What is asked and
 * why only the two of them can read; that something was asked, everybody can see.
 */
import * as chain from '#lib/chain/index.ts';
import {
	requestIdOf,
	requestLifeSeconds,
	type Address,
	type ChainEvent,
	type EventOf,
	type Hash,
} from '#lib/chain/index.ts';
import { AppError, asAppError } from '#lib/errors.ts';
import { saveObject } from './blocks.ts';
import { type ActionOptions, type Deps, type Receipt } from './deps.ts';
import type { RequestDetails } from './formats.ts';
import { checkInput, requestInput } from './inputs.ts';
import { askAnew, historyOf, memberEntry, requireApproved } from './ledger.ts';
import { personView } from './people.ts';
import { openGrant } from './reader-keys.ts';
import type { Category, RequestState, RequestView } from './types.ts';
import { requireIdentity, transact } from './act.ts';
import { answerTo, openRequest, requireWaiting, sealRequest } from './request-details.ts';

export interface RequestAccess {
	patient: Address;
	/** In whose name: a hospital that this account is an active member of. */
	hospital: Address;
	purpose: string;
	scope: Category[];
	days: number;
}

/**
 * Asks a patient for access. Throws `wallet.locked`, `records.invalid-input`, `records.not-approved`, `records.not-a-member`,
 * `records.no-keys` where the patient has none on chain, and `storage.…`.
 */
export async function requestAccess(
	deps: Deps,
	request: RequestAccess,
	options: ActionOptions = {},
): Promise<Receipt & { requestId: Hash }> {
	askAnew(deps);
	const { patient, hospital, days, purpose, scope } = checkInput(requestInput, request);
	const identity = requireIdentity(deps);
	const from = identity.accountFor(patient);
	await requireApproved(deps, hospital);
	if (!(await memberEntry(deps, hospital, from))?.active) {
		throw new AppError('records.not-a-member', 'Only an active member asks in a hospital’s name.');
	}
	options.onStage?.('preparing');
	const details = { purpose, scope, days, senderName: identity.settings.displayName };
	const sealed = await sealRequest(deps, { from, patient }, details);
	options.onStage?.('saving');
	const { digest } = await saveObject(deps, sealed, options.signal);
	const registry = deps.chain.contracts.hospitalRegistry;
	const parameters = { registry, patient, hospital, detailsDigest: digest, durationDays: days };
	const receipt = await transact(deps, options, (wallet) => chain.requestAccess(wallet, parameters));
	return { ...receipt, requestId: requestIdOf({ patient, requester: from, hospital, detailsDigest: digest }) };
}

/** The requester takes a waiting request back. Throws `chain.not-found`, `chain.refused` once it is answered or over. */
export async function withdrawRequest(
	deps: Deps,
	{ requestId }: { requestId: Hash },
	options: ActionOptions = {},
): Promise<Receipt> {
	askAnew(deps);
	const { patient, hospital, detailsDigest } = await requireWaiting(deps, requestId);
	const parameters = { registry: deps.chain.contracts.hospitalRegistry, patient, hospital, detailsDigest };
	return transact(deps, options, (wallet) => chain.withdrawRequest(wallet, parameters));
}

/** The patient says no. Throws `chain.not-found`, `chain.refused` once it is answered or over. */
export async function denyRequest(
	deps: Deps,
	{ requestId }: { requestId: Hash },
	options: ActionOptions = {},
): Promise<Receipt> {
	askAnew(deps);
	const { requester } = await requireWaiting(deps, requestId);
	const registry = deps.chain.contracts.consentRegistry;
	const parameters = { registry, requester, requestId };
	const message = chain.denyRequestMessage(parameters);
	return transact(deps, options, (wallet) => chain.denyRequest(wallet, parameters), message);
}

/** Requests to this account as a patient, or from it, the newest first. Throws `wallet.locked`, `chain.unreachable`. */
export async function listRequests(deps: Deps, { as }: { as: 'patient' | 'requester' }): Promise<RequestView[]> {
	askAnew(deps);
	const { account } = requireIdentity(deps);
	const events = await historyOf(deps, account);
	const asked = events.filter((event) => event.name === 'AccessRequested').filter((event) => event[as] === account);
	return (await Promise.all(asked.map((event) => viewOf(deps, event, events)))).reverse();
}

async function viewOf(
	deps: Deps,
	event: EventOf<'AccessRequested'>,
	events: readonly ChainEvent[],
): Promise<RequestView> {
	const { requestId, patient, requester, hospital, durationDays } = event;
	const answer = answerTo(event, events);
	const [details, from, approved, granted] = await Promise.all([
		openRequest(deps, event).catch((error: unknown) => asAppError(error)),
		personView(deps, requester, hospital),
		requireApproved(deps, hospital).then(() => true, () => false), // prettier-ignore
		answer?.name === 'AccessGranted' ? grantedIn(deps, answer) : null,
	]);
	const known = details instanceof AppError ? null : details;
	const lapsesAt = (event.timestamp + requestLifeSeconds) * 1000;
	const state = stateOf(answer, { lapsed: lapsesAt <= Date.now(), narrowed: isNarrowed(known, granted) });
	return {
		id: requestId,
		patient: await personView(deps, patient),
		requester: { ...from, name: from.name ?? (known?.senderName || null) },
		hospital,
		hospitalApproved: approved,
		purpose: known?.purpose ?? null,
		scope: known?.scope ?? null,
		detailsProblem: details instanceof AppError ? details.code : null,
		days: durationDays,
		askedAt: event.timestamp * 1000,
		lapsesAt,
		state,
		answeredAt: answer ? answer.timestamp * 1000 : null,
		granted: granted && { scope: granted.scope, expiresAt: granted.expiresAt },
		transaction: event.transactionHash,
	};
}

interface Granted {
	scope: Category[] | null;
	/** Milliseconds since 1970. */
	expiresAt: number;
	days: number;
}

async function grantedIn(deps: Deps, grant: EventOf<'AccessGranted'>): Promise<Granted> {
	const { account } = requireIdentity(deps);
	const delivery = await openGrant(deps, grant, account).catch(() => null);
	const days = (grant.expiresAt - grant.timestamp) / 86_400;
	return { scope: delivery?.scope ?? null, expiresAt: grant.expiresAt * 1000, days };
}

/** Less than was asked: a category missing, or a day or more of the time. */
function isNarrowed(asked: RequestDetails | null, granted: Granted | null): boolean {
	if (!asked || !granted) return false;
	const { scope } = granted;
	return (
		granted.days <= asked.days - 1 || (scope !== null && asked.scope.some((category) => !scope.includes(category)))
	);
}

function stateOf(
	answer: ChainEvent | undefined,
	{ lapsed, narrowed }: { lapsed: boolean; narrowed: boolean },
): RequestState {
	if (answer?.name === 'AccessGranted') return narrowed ? 'narrowed' : 'approved';
	if (answer?.name === 'RequestDenied') return 'denied';
	if (answer?.name === 'RequestWithdrawn') return 'withdrawn';
	return lapsed ? 'lapsed' : 'waiting';
}
