import { signTypedData } from 'viem/actions';
import { call } from '../call.ts';
import { consentRegistryAbi } from '../abi/consent-registry.ts';
import { chainError } from '../refusal.ts';
import { readyToSign } from '../send.ts';
import type { Address, ChainClient, Contracts, Hash, WalletClient } from '../types.ts';
import { domainOf, messageOf, typesOf, type Unsigned } from './messages.ts';

/** What someone signed, complete: anyone can execute it, and nobody can change it. */
export interface SignedAction {
	chainId: number;
	/** The registry that takes it. */
	registry: Address;
	name: Unsigned['name'];
	terms: Unsigned['terms'];
	signer: Address;
	nonce: number;
	/** Seconds since 1970. */
	deadline: number;
	signature: Hash;
}

/** In which turn an account's next permission counts, at one registry. Errors: as `call`. */
export function readNonce(client: ChainClient, parameters: { registry: Address; signer: Address }): Promise<number> {
	const { registry, signer } = parameters;
	// The function is the same in all registries that take permissions.
	return call(client, { abi: consentRegistryAbi, registry, functionName: 'nonceOf', args: [signer] });
}

/**
 * Has the wallet sign a permission in the place of a transaction: one question to the wallet, no fee.
 * Errors: `wallet.none`, `wallet.rejected`, `chain.wrong-network`, `chain.unreachable`.
 *
 * @example const signed = await signPermission(wallet, client, { contracts, message: grantAccessMessage(grant), deadline });
 */
export async function signPermission(
	wallet: WalletClient,
	client: ChainClient,
	parameters: { contracts: Contracts; message: Unsigned; deadline: number },
): Promise<SignedAction> {
	const { contracts, message, deadline } = parameters;
	const { account, chain } = await readyToSign(wallet);
	const domain = domainOf(message.name, chain.id, contracts);
	const registry = domain.verifyingContract;
	const signer = account.address.toLowerCase() as Address;
	const nonce = await readNonce(client, { registry, signer });
	try {
		const signature = await signTypedData(wallet, {
			account,
			domain,
			types: typesOf(message.name),
			primaryType: message.name,
			message: messageOf(message, { signer, nonce, deadline }),
		});
		return { chainId: chain.id, registry, ...message, signer, nonce, deadline, signature };
	} catch (error) {
		throw chainError(error);
	}
}
