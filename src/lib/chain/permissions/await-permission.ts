import { getTransaction } from 'viem/actions';
import { AppError } from '#lib/errors.ts';
import { chainError } from '../refusal.ts';
import { readHistory } from '../history/read-history.ts';
import type { ChainEvent } from '../history/events.ts';
import type { ChainClient, Contracts, Hash, Signal } from '../types.ts';
import { readNonce, type SignedAction } from './sign-permission.ts';

/** What each message does when it is executed. */
const outcomes: Record<SignedAction['name'], ChainEvent['name']> = {
	ShareRecords: 'AccessGranted',
	DenyRequest: 'RequestDenied',
	StopSharing: 'AccessRevoked',
	StopAllSharing: 'AllAccessRevoked',
	DeliverKeys: 'KeysDelivered',
	LetHospitalAdd: 'AddingAllowed',
	StopHospitalAdding: 'AddingStopped',
	ConfirmReading: 'ReadingConfirmed',
	AddRecord: 'RecordAdded',
	AmendRecord: 'RecordAmended',
	AddRecords: 'RecordAdded',
	ResealRecords: 'RecordsResealed',
	EraseRecord: 'RecordErased',
	PublishKeys: 'KeysPublished',
	ChangeKeyring: 'KeyringChanged',
};

/**
 * Waits until somebody has executed what was signed; the transaction that did. Looks once per `client.pollingInterval`, from
 * `fromBlock` on: the block at which it was signed.
 * Errors: `chain.permission-over` when it was cancelled or its time ran out, `general.cancelled`, `chain.unreachable`.
 */
export async function awaitPermission(
	client: ChainClient,
	contracts: Contracts,
	parameters: { signed: SignedAction; fromBlock: number } & Signal,
): Promise<Hash> {
	const { signed, fromBlock, signal } = parameters;
	const { registry, signer, nonce, name, deadline } = signed;
	for (;;) {
		if (signal?.aborted) throw chainError(signal.reason);
		const isLate = Date.now() / 1000 > deadline;
		if ((await readNonce(client, { registry, signer })) > nonce) break;
		if (isLate) throw new AppError('chain.permission-over', 'Nobody executed it in time.');
		await new Promise((done) => setTimeout(done, client.pollingInterval));
	}
	const about = typeof signed.terms['patient'] === 'string' ? (signed.terms['patient'] as typeof signer) : signer;
	const events = await readHistory(client, contracts, { account: about, fromBlock, signal });
	const found = events.filter((event) => event.name === outcomes[name] && event.address === registry);
	for (const transaction of new Set(found.map((event) => event.transactionHash))) {
		if (await carries(client, transaction, signed)) return transaction;
	}
	throw new AppError('chain.permission-over', 'It was cancelled or replaced.');
}

/** Whether a transaction brought this very permission: the signer may have done the like before, or by transaction. */
async function carries(client: ChainClient, hash: Hash, { signature }: SignedAction): Promise<boolean> {
	try {
		return (await getTransaction(client, { hash })).input.includes(signature.slice(2).toLowerCase());
	} catch (error) {
		throw chainError(error);
	}
}
