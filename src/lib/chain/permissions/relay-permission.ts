import type { Abi } from 'viem';
import { AppError } from '#lib/errors.ts';
import { consentRegistryAbi } from '../abi/consent-registry.ts';
import { patientRegistryAbi } from '../abi/patient-registry.ts';
import { recordRegistryAbi } from '../abi/record-registry.ts';
import { send, type Call } from '../send.ts';
import type { Contracts, Hash, WalletClient } from '../types.ts';
import { domainOf, termsOf, type MessageName } from './messages.ts';
import type { SignedAction } from './sign-permission.ts';

type Terms = SignedAction['terms'];

/** The twin that executes each message, and its arguments after the permission. */
const twins: Record<MessageName, { abi: Abi; functionName: string; args: (terms: Terms) => readonly unknown[] }> = {
	ShareRecords: {
		abi: consentRegistryAbi,
		functionName: 'grantAccessFor',
		args: ({ reader, hospital, request, until, keys }) => [
			{ grantee: reader, hospital, requestId: request, expiresAt: until, keysDigest: keys },
		],
	},
	DenyRequest: consent('denyRequestFor', ({ requester, request }) => [requester, request]),
	StopSharing: consent('revokeAccessFor', ({ reader, keys }) => [reader, keys]),
	StopAllSharing: consent('revokeAllAccessFor', () => []),
	DeliverKeys: consent('deliverKeysFor', ({ reader, keys }) => [reader, keys]),
	LetHospitalAdd: consent('allowAddingFor', ({ hospital, until }) => [hospital, until]),
	StopHospitalAdding: consent('stopAddingFor', ({ hospital }) => [hospital]),
	ConfirmReading: consent('confirmReadingFor', ({ patient, record }) => [patient, record]),
	AddRecord: records('addRecordFor', (terms) => [entryOf(terms), terms['epoch']]),
	AmendRecord: records('amendRecordFor', (terms) => [entryOf(terms), terms['epoch'], terms['amended']]),
	AddRecords: records('addRecordsFor', ({ records: list, epoch }) => [(list as readonly Terms[]).map(entryOf), epoch]),
	ResealRecords: records('resealRecordsFor', ({ epoch, locks }) => [epoch, locks]),
	EraseRecord: records('eraseRecordFor', ({ record }) => [record]),
	PublishKeys: keys('publishKeysFor', (terms) => [
		terms['sealingKey'],
		terms['authorityKey'],
		terms['keyring'],
		terms['clouds'],
	]),
	ChangeKeyring: keys('changeKeyringFor', ({ keyring, clouds }) => [keyring, clouds]),
};

/**
 * Executes what someone signed, and pays for it. Whoever calls this can pay and wait, and nothing else: terms, order and number are the
 * signer's. Errors: `chain.wrong-network` when it was signed for another chain or other contracts, `chain.permission-over` when it was
 * used or cancelled, or its time ran out, `chain.permission-invalid` when its signer did not sign this, and what the action itself is
 * refused for; otherwise as `send`.
 */
export async function relayPermission(wallet: WalletClient, contracts: Contracts, signed: SignedAction): Promise<Hash> {
	const { chainId, registry, name, terms, signer, nonce, deadline, signature } = signed;
	if (chainId !== wallet.chain?.id || registry !== domainOf(name, chainId, contracts).verifyingContract) {
		throw new AppError('chain.wrong-network', 'It was signed for another network.', {
			details: { expected: chainId, actual: wallet.chain?.id ?? 0 },
		});
	}
	if (!hasTermsOf(name, terms)) {
		throw new AppError('chain.permission-invalid', `These are not the terms of ${name}.`);
	}
	const { abi, functionName, args } = twins[name];
	const call = { abi, registry, functionName, args: [{ signer, nonce, deadline, signature }, ...args(terms)] };
	return send(wallet, call as unknown as Call<Abi, string>);
}

/** Whether these are the terms of the message, each of them and no other. */
function hasTermsOf(name: MessageName, terms: Terms): boolean {
	const fields = termsOf(name);
	return fields.length === Object.keys(terms).length && fields.every((field) => Object.hasOwn(terms, field.name));
}

function entryOf({ header, auditRoot }: Terms) {
	return { headerDigest: header, auditRoot };
}

function consent(functionName: string, args: (terms: Terms) => readonly unknown[]) {
	return { abi: consentRegistryAbi as Abi, functionName, args };
}

function records(functionName: string, args: (terms: Terms) => readonly unknown[]) {
	return { abi: recordRegistryAbi as Abi, functionName, args };
}

function keys(functionName: string, args: (terms: Terms) => readonly unknown[]) {
	return { abi: patientRegistryAbi as Abi, functionName, args };
}
