/** A wallet in an extension, as a site sees it: it answers reads by itself, and opens a window for whatever is signed or sent. */
import { createWalletClient, custom } from 'viem';
import { chainOf, type Address } from '#lib/chain/index.ts';
import type { Network } from './network.ts';

/** A question for which the wallet would have opened a window. */
interface Prompt {
	method: string;
	params: unknown;
}

/** The account's wallet passes on to the node what it is asked, or does what `instead` says: throws an error, or answers. */
export function extension(
	{ client, config }: Network,
	account: Address,
	instead: (method: string) => unknown = () => undefined,
) {
	const prompts: Prompt[] = [];
	const request = ({ method, params }: { method: string; params?: unknown }): Promise<unknown> => {
		if (/sign|send/i.test(method)) prompts.push({ method, params });
		const other = instead(method);
		if (other instanceof Error) return Promise.reject(other);
		return other === undefined
			? client.request({ method, params } as Parameters<typeof client.request>[0])
			: Promise.resolve(other);
	};
	const transport = custom({ request }, { retryCount: 0 });
	return { wallet: createWalletClient({ account, chain: chainOf(config), transport }), prompts };
}

/** What a wallet throws. */
export function rpcError(code: number, message: string): Error {
	return Object.assign(new Error(message), { code });
}
