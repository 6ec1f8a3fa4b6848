import { hospitalRegistryAbi } from '../abi/hospital-registry.ts';
import { call } from '../call.ts';
import { send } from '../send.ts';
import type { Address, ChainClient, Hash, WalletClient } from '../types.ts';

export interface AdministratorParameters {
	registry: Address;
	hospital: Address;
	account: Address;
}

/** Offers an account to be an administrator too. Errors: `chain.refused` (NotAdministrator, AlreadyAdministrator); otherwise as `send`. */
export function offerAdministration(wallet: WalletClient, parameters: AdministratorParameters): Promise<Hash> {
	const { registry, hospital, account } = parameters;
	const call = { abi: hospitalRegistryAbi, registry, args: [hospital, account] } as const;
	return send(wallet, { ...call, functionName: 'offerAdministration' });
}

/** Accepts such an offer. Errors: `chain.refused` (NotOffered); otherwise as `send`. */
export function acceptAdministration(
	wallet: WalletClient,
	{ registry, hospital }: Omit<AdministratorParameters, 'account'>,
): Promise<Hash> {
	return send(wallet, {
		abi: hospitalRegistryAbi,
		registry,
		functionName: 'acceptAdministration',
		args: [hospital],
	});
}

/**
 * Ends an administrator's office, or takes an offer back.
 * Errors: `chain.refused` (NotAdministrator, NotOffered, LastAdministrator); otherwise as `send`.
 */
export function removeAdministrator(wallet: WalletClient, parameters: AdministratorParameters): Promise<Hash> {
	const { registry, hospital, account } = parameters;
	const call = { abi: hospitalRegistryAbi, registry, args: [hospital, account] } as const;
	return send(wallet, { ...call, functionName: 'removeAdministrator' });
}

/** Whether an account acts for a hospital. Errors: as `call`. */
export function isAdministrator(client: ChainClient, parameters: AdministratorParameters): Promise<boolean> {
	const { registry, hospital, account } = parameters;
	const question = { abi: hospitalRegistryAbi, registry, args: [hospital, account] } as const;
	return call(client, { ...question, functionName: 'isAdministrator' });
}

/** Whether a hospital's offer to an account waits. Errors: as `call`. */
export function isOfferedAdministration(client: ChainClient, parameters: AdministratorParameters): Promise<boolean> {
	const { registry, hospital, account } = parameters;
	const question = { abi: hospitalRegistryAbi, registry, args: [hospital, account] } as const;
	return call(client, { ...question, functionName: 'isOffered' });
}
