import { hospitalRegistryAbi } from '../abi/hospital-registry.ts';
import { call } from '../call.ts';
import type { Address, ChainClient } from '../types.ts';

/** keccak256('REGISTRAR_ROLE') */
const registrarRole = '0xedcc084d3dcd65a1f7f23c65c46722faca6953d28e43150a467cf43e5c309238';

/** True when the account may approve and suspend hospitals. Errors: as `call`. */
export function isRegistrar(
	client: ChainClient,
	parameters: { registry: Address; account: Address },
): Promise<boolean> {
	const { registry, account } = parameters;
	return call(client, { abi: hospitalRegistryAbi, registry, functionName: 'hasRole', args: [registrarRole, account] });
}
