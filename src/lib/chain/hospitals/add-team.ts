import { hospitalRegistryAbi } from '../abi/hospital-registry.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface AddTeamParameters {
	registry: Address;
	/** In whose name: the caller is one of its administrators. */
	hospital: Address;
	teamId: Hash;
	/** Digest of the directory with the team in it. */
	directoryDigest: Hash;
}

/**
 * Adds a team to a hospital.
 * Errors: `records.not-approved`, `chain.refused` (InvalidTeam) when the team exists; otherwise as `send`.
 */
export function addTeam(wallet: WalletClient, parameters: AddTeamParameters): Promise<Hash> {
	const { registry, hospital, teamId, directoryDigest } = parameters;
	return send(wallet, {
		abi: hospitalRegistryAbi,
		registry,
		functionName: 'addTeam',
		args: [hospital, teamId, directoryDigest],
	});
}
