/**
 * An EIP-1193 provider over a private key: it signs by itself and hands everything else to a chain node. The demo wallet of the local
 * network is one, and the wallet that the tests bridge into a page rests on one, so both speak to the site exactly as an extension does.
 *
 * It keeps the key in plain memory and asks nobody: only for keys that are public anyway.
 */
import {
	createClient,
	http,
	numberToHex,
	type Chain,
	type Hex,
	type TransactionRequest,
	type TypedDataDefinition,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { sendTransaction } from 'viem/actions';
import type { TypedData } from './types.ts';

export interface RequestArguments {
	method: string;
	params?: unknown;
}

export interface Provider {
	request(parameters: RequestArguments): Promise<unknown>;
}

/**
 * A provider that signs with `privateKey` on `chain`.
 * Errors: those of viem for transactions; `{ code: 4902 }` when asked to change to another chain; the node's own for everything else.
 */
export function localProvider(parameters: { privateKey: Hex; chain: Chain; rpcUrl: string }): Provider {
	const { chain } = parameters;
	const account = privateKeyToAccount(parameters.privateKey);
	const client = createClient({ account, chain, transport: http(parameters.rpcUrl) });

	return {
		async request({ method, params }) {
			const list = Array.isArray(params) ? (params as unknown[]) : [];
			switch (method) {
				case 'eth_accounts':
				case 'eth_requestAccounts':
					return [account.address];
				case 'eth_chainId':
					return numberToHex(chain.id);
				case 'personal_sign':
					return account.signMessage({ message: { raw: list[0] as Hex } });
				case 'eth_signTypedData_v4':
					return account.signTypedData(typedDataOf(list[1]));
				case 'eth_sendTransaction':
					return sendTransaction(client, { ...transactionOf(list[0]), account, chain });
				case 'wallet_switchEthereumChain':
					if (Number((list[0] as { chainId: Hex }).chainId) === chain.id) return null;
					throw Object.assign(new Error('This wallet is on one chain only.'), { code: 4902 });
				default:
					return client.request({ method, params } as never);
			}
		},
	};
}

/** The second parameter of `eth_signTypedData_v4`: JSON text; some callers pass the object. */
function typedDataOf(value: unknown): TypedDataDefinition {
	const data = (typeof value === 'string' ? JSON.parse(value) : value) as TypedData;
	const { EIP712Domain: _domainType, ...types } = data.types;
	return { ...data, types } as TypedDataDefinition;
}

/** JSON-RPC quantities to viem's request. Gas and fees are estimated here, as a wallet does. */
function transactionOf(value: unknown): Pick<TransactionRequest, 'to' | 'data' | 'value'> {
	const { to, data, input, value: amount } = value as { to?: Hex; data?: Hex; input?: Hex; value?: Hex };
	const bytes = data ?? input;
	return { to: to ?? null, ...(bytes && { data: bytes }), ...(amount && { value: BigInt(amount) }) };
}
