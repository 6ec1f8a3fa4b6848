/** Asking a node of Filecoin, and giving what goes wrong in its contracts our codes. */

import * as Abis from '@filoz/synapse-core/abis';
import { BaseError, custom, decodeErrorResult, isHex, RpcRequestError, type CustomTransport } from 'viem';
import * as v from 'valibot';
import { AppError, type ErrorCode } from '#lib/errors.ts';
import { request } from '#lib/storage/request.ts';

const answerSchema = v.union([
	v.object({
		error: v.object({ code: v.number(), message: v.string(), data: v.optional(v.unknown()) }),
	}),
	v.object({ result: v.unknown() }),
]);

/** JSON-RPC by the same call as all else that goes to a cloud, so that it is bounded, tried again, and fails with the same codes. */
export function askNode(url: string, store: string): CustomTransport {
	return custom(
		{
			async request({ method, params }: { method: string; params?: unknown }) {
				const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: params ?? [] });
				const init = { method: 'POST', body, headers: { 'content-type': 'application/json' } };
				const make = () => Promise.resolve({ url, init });
				const told = await request({ store, make, read: (response): Promise<unknown> => response.json() });
				const answer = v.parse(answerSchema, told);
				if ('error' in answer) throw new RpcRequestError({ body: { method }, error: answer.error, url });
				return answer.result;
			},
		},
		{ retryCount: 0 },
	);
}

/** The error to pass on for what a question to the chain threw: ours where it is one, `storage.invalid-cloud` for a refusal, else `storage.unreachable`. */
export function reasonOf(error: unknown, store: string): AppError {
	for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
		if (cause instanceof AppError) return cause;
	}
	const reverted = error instanceof BaseError && error.walk((cause) => (cause as Error).name === 'ContractFunctionRevertedError'); // prettier-ignore
	return reverted
		? new AppError('storage.invalid-cloud', 'Filecoin’s contracts know no such data set.', { cause: error, details: { store } }) // prettier-ignore
		: new AppError('storage.unreachable', 'A node of Filecoin gave no answer that can be read.', { cause: error, details: { store } }); // prettier-ignore
}

/** In the words of contracts: who pays too little, who was not allowed to charge, whose signature is none. */
const refusals: readonly [RegExp, ErrorCode][] = [
	[/Funds|LockupNotSettled|CurrentLockup/, 'storage.unpaid'],
	[/NotApproved|Allowance|MaxLockupPeriod|OperatorMaximum/, 'storage.not-approved'],
	[/Signature|CallerNotPayer/, 'storage.unauthorised'],
];

/** The contract's refusal behind what a question to a node threw; null where there is none. */
export function refusalOf(error: unknown, store: string): AppError | null {
	const answer = error instanceof BaseError ? error.walk((cause) => cause instanceof RpcRequestError) : null;
	if (!(answer instanceof RpcRequestError)) return null;
	return refusalIn(`${answer.details} execution reverted ${typeof answer.data === 'string' ? answer.data : ''}`, store);
}

/** The contract's refusal that a provider passes on in what it says; null where it speaks of none. */
export function refusalIn(text: string, store: string): AppError | null {
	const data = /(?:vm error|revert reason|execution reverted)[^0]*(0x[0-9a-f]{8,})/i.exec(text)?.[1];
	const words = /(?:vm error|revert reason)=\[Error\(([^)]{1,100})\)\]/.exec(text)?.[1];
	const reason = isHex(data) ? errorName(data) : words;
	if (reason === undefined) return null;
	const code = refusals.find(([pattern]) => pattern.test(reason))?.[1] ?? 'storage.invalid-cloud';
	return new AppError(code, `Filecoin’s contracts refused: ${reason}.`, { details: { store, reason } });
}

function errorName(data: `0x${string}`): string {
	try {
		return decodeErrorResult({ abi: [...Abis.fwss, ...Abis.filecoinPay, ...Abis.pdp], data }).errorName;
	} catch {
		return data.slice(0, 10);
	}
}
