import { hospitalRegistryAbi } from '../abi/hospital-registry.ts';
import { send } from '../send.ts';
import type { Address, Hash, WalletClient } from '../types.ts';

export interface ChangeTeamParameters {
	registry: Address;
	/** In whose name: the caller is one of its administrators. */
	hospital: Address;
	teamId: Hash;
	/** Digest of the directory with the change in it. */
	directoryDigest: Hash;
}

/** Gives a team the name that the directory has. Errors: `records.not-approved`, `chain.refused` (UnknownTeam); otherwise as `send`. */
export function renameTeam(wallet: WalletClient, parameters: ChangeTeamParameters): Promise<Hash> {
	return change(wallet, 'renameTeam', parameters);
}

/** Retires a team: its members stay, and nobody joins it any more. Errors: as `renameTeam`. */
export function retireTeam(wallet: WalletClient, parameters: ChangeTeamParameters): Promise<Hash> {
	return change(wallet, 'retireTeam', parameters);
}

function change(
	wallet: WalletClient,
	functionName: 'renameTeam' | 'retireTeam',
	{ registry, hospital, teamId, directoryDigest }: ChangeTeamParameters,
): Promise<Hash> {
	return send(wallet, { abi: hospitalRegistryAbi, registry, functionName, args: [hospital, teamId, directoryDigest] });
}
