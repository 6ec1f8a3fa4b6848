/**
 * One door from what wallets throw to `AppError`. Wallets agree on little: EIP-1193 and EIP-1474 give numbers, WalletConnect its own,
 * and viem and wagmi wrap all of them, so the numbers are looked for along the chain of causes.
 */
import { AppError, messageOf, type ErrorCode } from '#lib/errors.ts';

/** EIP-1193 §Provider errors, EIP-1474 §Error codes, and WalletConnect's sign-client (5000 and on). */
const codeOfNumber = new Map<number, ErrorCode>([
	[4001, 'wallet.rejected'],
	[4100, 'wallet.changed'],
	[4900, 'chain.unreachable'],
	[4901, 'chain.wrong-network'],
	[4902, 'chain.wrong-network'],
	[5000, 'wallet.rejected'],
	[5001, 'wallet.rejected'],
	[5002, 'wallet.rejected'],
	[-32002, 'wallet.busy'],
]);

/** Classes of viem and wagmi that carry no number. */
const codeOfName = new Map<string, ErrorCode>([
	['AbortError', 'general.cancelled'],
	['UserRejectedRequestError', 'wallet.rejected'],
	['ProviderNotFoundError', 'wallet.none'],
	['ConnectorNotFoundError', 'wallet.none'],
	['ConnectorNotConnectedError', 'wallet.changed'],
	['ConnectorAccountNotFoundError', 'wallet.changed'],
	['ConnectorChainMismatchError', 'chain.wrong-network'],
	['ChainMismatchError', 'chain.wrong-network'],
	['SwitchChainError', 'chain.wrong-network'],
	['ChainNotConfiguredError', 'chain.wrong-network'],
	['InsufficientFundsError', 'chain.out-of-funds'],
	['HttpRequestError', 'chain.unreachable'],
	['WebSocketRequestError', 'chain.unreachable'],
	['TimeoutError', 'chain.unreachable'],
]);

/** Causes that are followed; a loop of causes must not hang the page. */
const maxDepth = 12;

/** The error as an AppError: an AppError found among its causes, else the code that fits a wallet's number or class, else `fallback`. */
export function walletError(error: unknown, fallback: ErrorCode = 'general.unexpected'): AppError {
	const causes = causesOf(error);
	const own = causes.find((cause) => cause instanceof AppError);
	if (own) return own;
	// The person's "no" outranks the rest: wagmi wraps a rejected change of network in a SwitchChainError.
	const codes = causes.map(codeOf).filter((code) => code !== null);
	const code = codes.find((candidate) => candidate === 'wallet.rejected') ?? codes[0] ?? fallback;
	return new AppError(code, shortMessage(error), { cause: error });
}

function causesOf(error: unknown): unknown[] {
	const causes: unknown[] = [];
	let next = error;
	while (next !== undefined && next !== null && causes.length < maxDepth) {
		causes.push(next);
		next = propertyOf(next, 'cause') ?? propertyOf(propertyOf(next, 'data'), 'originalError');
	}
	return causes;
}

function codeOf(cause: unknown): ErrorCode | null {
	const number = propertyOf(cause, 'code');
	if (number === 'ACTION_REJECTED') return 'wallet.rejected';
	const byNumber = typeof number === 'number' ? codeOfNumber.get(number) : undefined;
	const name = propertyOf(cause, 'name');
	return byNumber ?? (typeof name === 'string' ? codeOfName.get(name) : undefined) ?? null;
}

function propertyOf(value: unknown, key: string): unknown {
	return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

/** viem's long messages repeat the request's arguments, which may hold what a log should not. */
function shortMessage(error: unknown): string {
	const message = propertyOf(error, 'shortMessage') ?? propertyOf(error, 'message');
	return typeof message === 'string' ? message : messageOf(error);
}
