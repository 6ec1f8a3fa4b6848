/** Grants that a patient signs and another executes: the most usual of the signed actions. */
import { encodeFunctionData } from 'viem';
import { consentRegistryAbi } from '../../src/lib/chain/abi/consent-registry.ts';
import { terms, type Hex, type People, type Person } from './network.ts';
import { sign, type Permission } from './permissions.ts';

type Terms = Awaited<ReturnType<typeof terms>>;
/** The arguments of `grantAccessFor`. */
export type SignedGrant = readonly [Permission, Terms];

interface Options {
	nonce?: number;
	deadline?: number;
	grantee?: Hex;
	days?: number;
	inTheNameOf?: Hex;
}

/** A grant that `patient` signs: to the doctor for ten days unless told otherwise. */
export async function signGrant(people: People, patient: Person, options: Options = {}): Promise<SignedGrant> {
	const agreed = await terms(people, options);
	const { grantee, hospital, requestId, expiresAt, keysDigest } = agreed;
	const message = { reader: grantee, hospital, request: requestId, until: expiresAt, keys: keysDigest };
	return [await sign(people, patient, 'ShareRecords', message, options), agreed];
}

export function relayGrant(by: Person, signed: SignedGrant): Promise<Hex> {
	return by.consents.write.grantAccessFor(signed);
}

/** The call, to go with others into one transaction. */
export function callOf(signed: SignedGrant): Hex {
	return encodeFunctionData({ abi: consentRegistryAbi, functionName: 'grantAccessFor', args: signed });
}
