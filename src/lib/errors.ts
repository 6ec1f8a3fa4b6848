/**
 * The one error class, and the closed list of what can go wrong.
 *
 * A code is stable: screens, tests and translations switch over it. The message is for developers and never holds a key,
 * a plaintext, or a name; what a person reads comes from `i18n/error-sentence.ts`, which has a sentence for each code here.
 */

export const errorCodes = [
	// chain and contracts
	'chain.unreachable', // the RPC endpoint does not answer
	'chain.wrong-network', // the wallet is on another chain
	'chain.refused', // a contract refused; details.reason has the custom error's name
	'chain.not-found', // no such event or entry
	'chain.out-of-funds', // the account cannot pay for gas
	'chain.no-network', // the site has no network configured
	'chain.permission-over', // a signed permission was used, cancelled or outlived before it was executed
	'chain.permission-invalid', // a signed permission is not what its signer signed
	// wallet
	'wallet.none', // no wallet in this browser
	'wallet.rejected', // the person said no
	'wallet.unpredictable', // signs the same message differently each time
	'wallet.busy', // another question is open in the wallet already
	'wallet.changed', // the account was switched in mid-flow
	'wallet.timeout', // WalletConnect did not answer
	'wallet.locked', // keyring not unlocked in this session
	// crypto
	'crypto.policy-not-met',
	'crypto.old-epoch', // with keys of the present epoch it would open
	'crypto.invalid-capsule',
	'crypto.wrong-key',
	'crypto.invalid-point',
	'crypto.invalid-policy', // details.position has the character
	'crypto.empty-policy',
	'crypto.large-policy', // more attributes, characters or parentheses than there may be
	'crypto.invalid-attribute', // not name#epoch@0xauthority
	'crypto.unknown-authority',
	'crypto.foreign-attribute', // an authority was asked to issue another's attribute
	'crypto.corrupt', // authenticated decryption failed
	'crypto.unsupported', // a newer format version
	'crypto.no-webassembly', // the library that was asked for does not run here
	// storage
	'storage.unreachable', // a cloud does not answer
	'storage.unauthorised', // a cloud refused the credentials
	'storage.not-found', // no cloud has it
	'storage.slow', // a cloud was overtaken by another
	'storage.stalled', // a cloud let itself be asked and then said nothing
	'storage.busy', // a cloud asks to be left alone for a while
	'storage.corrupt', // bytes do not match their CID
	'storage.wrong-clock', // a cloud takes no signature of this device's time; details.serverTime where it said its own
	'storage.full',
	'storage.unpaid', // the wallet that pays for a cloud has set too little money aside
	'storage.not-approved', // the wallet that pays for a cloud has not allowed the service to charge it, or not as much
	'storage.unconfirmed', // a cloud took something, and its chain has not confirmed it in time
	'storage.none-saved', // no cloud took it
	'storage.too-few', // fewer clouds than asked took it; details.saved, details.needed
	'storage.no-clouds', // none is set up
	'storage.invalid-cloud', // a cloud's settings are wrong
	// records
	'records.invalid-header', // truncated, of another record, or not what the chain says
	'records.not-approved', // the hospital is not approved
	'records.not-a-member', // the account is not a member of the hospital
	'records.no-consent', // the patient has not allowed this hospital to add
	'records.no-grant', // the patient has not shared with this account
	'records.access-ended', // the grant ran out or was revoked
	'records.erased', // its author took it away
	'records.no-keys', // the other side has no keys on chain yet
	'records.stale-epoch', // the patient changed the locks meanwhile
	'records.invalid-input', // a form or file is not what it should be
	'records.too-large',
	'records.another-file', // not the file whose upload was begun
	// general
	'general.cancelled',
	'general.offline',
	'general.unexpected',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export type ErrorDetails = Readonly<Record<string, string | number | boolean>>;

export class AppError extends Error {
	override name = 'AppError';
	readonly code: ErrorCode;
	/** Facts that a sentence may need: a contract error's name, a count, a cloud's own label. Never a secret or a patient's name. */
	readonly details: ErrorDetails;

	constructor(code: ErrorCode, message: string, options: ErrorOptions & { details?: ErrorDetails } = {}) {
		super(message, options);
		this.code = code;
		this.details = options.details ?? {};
	}
}

/** The error as an AppError: itself, or wrapped. An aborted signal becomes `general.cancelled`. */
export function asAppError(error: unknown, fallback: ErrorCode = 'general.unexpected'): AppError {
	if (error instanceof AppError) return error;
	if (error instanceof Error && error.name === 'AbortError') {
		return new AppError('general.cancelled', 'The work was cancelled.', { cause: error });
	}
	return new AppError(fallback, messageOf(error), { cause: error });
}

/** What was thrown, in words. Wallets and other programs throw anything, even what cannot be made a string. */
export function messageOf(thrown: unknown): string {
	if (thrown instanceof Error) return thrown.message;
	return typeof thrown === 'string' ? thrown : `Something that is no error was thrown (${typeof thrown}).`;
}
