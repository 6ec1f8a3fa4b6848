import { keccak256, toBytes } from 'viem';
import { hospitalRegistryAbi } from '../abi/hospital-registry.ts';
import { call } from '../call.ts';
import type { Address, ChainClient } from '../types.ts';

const registrarRole = keccak256(toBytes('REGISTRAR_ROLE'));

/** True when the account may approve and suspend hospitals. Errors: as `call`. */
export function isRegistrar(
	client: ChainClient,
	parameters: { registry: Address; account: Address },
): Promise<boolean> {
	const { registry, account } = parameters;
	return call(client, { abi: hospitalRegistryAbi, registry, functionName: 'hasRole', args: [registrarRole, account] });
}
