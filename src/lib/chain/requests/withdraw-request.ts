import { hospitalRegistryAbi } from '../abi/hospital-registry.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface WithdrawRequestParameters {
	/** The hospital registry. */
	registry: Address;
	patient: Address;
	/** The one in whose name it was made. */
	hospital: Address;
	detailsDigest: Hash;
}

/** Takes back what the caller asked. Errors: as `send`. */
export function withdrawRequest(wallet: WalletClient, parameters: WithdrawRequestParameters): Promise<Hash> {
	const { registry, patient, hospital, detailsDigest } = parameters;
	return send(wallet, {
		abi: hospitalRegistryAbi,
		registry,
		functionName: 'withdrawRequest',
		args: [patient, hospital, detailsDigest],
	});
}
