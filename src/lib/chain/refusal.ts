/** Whatever goes wrong between us and a contract, as an `AppError`: the contract's own refusal, the wallet's, or the node's. */
import {
	AbiDecodingZeroDataError,
	ChainMismatchError,
	ContractFunctionRevertedError,
	ContractFunctionZeroDataError,
	HttpRequestError,
	InsufficientFundsError,
	TimeoutError,
	WaitForTransactionReceiptTimeoutError,
} from 'viem';
import { AppError, asAppError, type ErrorCode, type ErrorDetails } from '#lib/errors.ts';

/** Custom errors of the contracts that have a code of their own; any other is `chain.refused`. */
const codes: Readonly<Record<string, ErrorCode>> = {
	NotApproved: 'records.not-approved',
	NotActiveMember: 'records.not-a-member',
	NotMember: 'records.not-a-member',
	AddingNotAllowed: 'records.no-consent',
	NoGrant: 'records.no-grant',
	NoKeys: 'records.no-keys',
	NotReader: 'records.no-grant',
	NotEmergencyStaff: 'records.not-a-member',
	PermissionExpired: 'chain.permission-over',
	WrongNonce: 'chain.permission-over',
	InvalidSignature: 'chain.permission-invalid',
	StaleEpoch: 'records.stale-epoch',
};

/** EIP-1193, EIP-3085 and WalletConnect. */
const walletCodes: Readonly<Record<number, ErrorCode>> = {
	4001: 'wallet.rejected',
	5000: 'wallet.rejected',
	4900: 'chain.unreachable',
	4901: 'chain.unreachable',
	4902: 'chain.wrong-network',
};

/** Nodes word it differently, and some under a code for wrong parameters. */
const noFunds = /(insufficient|enough) funds/i;
const unanswered = [HttpRequestError, TimeoutError, WaitForTransactionReceiptTimeoutError];

/**
 * The error as an AppError. A contract's refusal has the custom error's name in `details.reason`, and its arguments by name.
 * Codes: `chain.refused`, the `records.*` above, `chain.wrong-network`, `chain.unreachable`, `chain.out-of-funds`,
 * `chain.no-network` (no contract at the address), `wallet.rejected`, `general.cancelled`, else `general.unexpected`.
 */
export function chainError(error: unknown): AppError {
	for (const cause of causesOf(error)) {
		const found = recognise(cause);
		if (found) return found;
	}
	return asAppError(error);
}

function recognise(error: Error): AppError | null {
	if (error instanceof AppError) return error;
	if (error.name === 'AbortError') return asAppError(error);
	if (error instanceof ContractFunctionRevertedError && (error.data ?? error.signature)) return refusal(error);
	const code = codeOf(error);
	return code && new AppError(code, error.message, { cause: error });
}

function codeOf(error: Error): ErrorCode | null {
	if (error instanceof ChainMismatchError) return 'chain.wrong-network';
	if (error instanceof InsufficientFundsError || noFunds.test(error.message)) return 'chain.out-of-funds';
	if (error instanceof ContractFunctionZeroDataError || error instanceof AbiDecodingZeroDataError) {
		return 'chain.no-network';
	}
	if (unanswered.some((type) => error instanceof type)) return 'chain.unreachable';
	return 'code' in error && typeof error.code === 'number' ? (walletCodes[error.code] ?? null) : null;
}

function refusal(error: ContractFunctionRevertedError): AppError {
	const reason = error.data?.errorName ?? error.signature ?? 'unknown';
	const details: Record<string, ErrorDetails[string]> = { reason };
	const inputs = error.data?.abiItem.type === 'error' ? error.data.abiItem.inputs : [];
	inputs.forEach((input, index) => {
		const value = error.data?.args?.[index];
		details[input.name ?? String(index)] = typeof value === 'number' ? value : String(value).toLowerCase();
	});
	return new AppError(codes[reason] ?? 'chain.refused', `The contract refused: ${reason}.`, { cause: error, details });
}

/** The error, its cause, the cause of that, and so on. */
function* causesOf(error: unknown): Generator<Error> {
	for (let cause = error; cause instanceof Error; cause = cause.cause) yield cause;
}
