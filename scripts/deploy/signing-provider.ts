/** What Ignition asks a node through: the node's own accounts, or one that signs here, so that its key goes nowhere. */
import type { EIP1193Provider } from '@nomicfoundation/ignition-core';
import { hexToBigInt, hexToNumber, type Client, type Hex, type LocalAccount } from 'viem';
import { getChainId } from 'viem/actions';

/** A transaction as Ignition sends it: every field is set. */
interface Unsigned {
	to?: Hex;
	value: Hex;
	data: Hex;
	nonce: Hex;
	gas: Hex;
	maxFeePerGas?: Hex;
	maxPriorityFeePerGas?: Hex;
	gasPrice?: Hex;
}

/** Passes everything on to the node, which must hold the accounts that it names. */
export function nodeProvider(client: Client): EIP1193Provider {
	return {
		request: ({ method, params }) => client.request({ method, params } as Parameters<typeof client.request>[0]),
	};
}

/** The same, but the account is this one, and only signed transactions leave. */
export function signingProvider(client: Client, account: LocalAccount): EIP1193Provider {
	const node = nodeProvider(client);
	const pass = (request: Parameters<typeof node.request>[0]) => node.request(request) as Promise<unknown>;
	return {
		async request({ method, params }) {
			if (method === 'eth_accounts') return [account.address];
			if (method !== 'eth_sendTransaction') return pass({ method, ...(params !== undefined && { params }) });
			const [unsigned] = params as [Unsigned];
			const signed = await sign(unsigned, account, await getChainId(client));
			return pass({ method: 'eth_sendRawTransaction', params: [signed] });
		},
	};
}

function sign(unsigned: Unsigned, account: LocalAccount, chainId: number): Promise<Hex> {
	const { to, value, data, nonce, gas, maxFeePerGas, maxPriorityFeePerGas, gasPrice } = unsigned;
	const common = {
		chainId,
		...(to !== undefined && { to }),
		value: hexToBigInt(value),
		data,
		nonce: hexToNumber(nonce),
		gas: hexToBigInt(gas),
	};
	return gasPrice !== undefined || maxFeePerGas === undefined || maxPriorityFeePerGas === undefined
		? account.signTransaction({ ...common, type: 'legacy', gasPrice: hexToBigInt(gasPrice ?? '0x0') })
		: account.signTransaction({
				...common,
				type: 'eip1559',
				maxFeePerGas: hexToBigInt(maxFeePerGas),
				maxPriorityFeePerGas: hexToBigInt(maxPriorityFeePerGas),
			});
}
