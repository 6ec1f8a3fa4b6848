import fc from 'fast-check';
import {
	ChainMismatchError,
	InsufficientFundsError,
	SwitchChainError,
	UnknownRpcError,
	UserRejectedRequestError,
} from 'viem';
import { describe, expect, it } from 'vitest';
import { AppError, errorCodes } from '#lib/errors.ts';
import { walletError } from '#lib/wallet/index.ts';

const numbered = (code: number) => Object.assign(new Error('as a wallet says it'), { code });

describe('what a wallet throws', () => {
	it.each([
		[4001, 'wallet.rejected'],
		[5000, 'wallet.rejected'],
		[4100, 'wallet.changed'],
		[4900, 'chain.unreachable'],
		[4901, 'chain.wrong-network'],
		[4902, 'chain.wrong-network'],
		[-32002, 'wallet.busy'],
		[-32603, 'general.unexpected'],
	])('with the number %i is %s', (number, code) => {
		expect(walletError(numbered(number)).code).toBe(code);
	});

	it("is the person's no, however deep it is wrapped", () => {
		const rejected = new UserRejectedRequestError(numbered(4001));
		expect(walletError(new SwitchChainError(rejected)).code).toBe('wallet.rejected');
		expect(walletError(new Error('outer', { cause: new Error('inner', { cause: rejected }) })).code).toBe(
			'wallet.rejected',
		);
	});

	it('is an AppError of ours when one lies beneath, unchanged', () => {
		const own = new AppError('wallet.changed', 'switched');
		expect(walletError(new UnknownRpcError(own))).toBe(own);
	});

	it('is known by its class where it has no number', () => {
		expect(walletError(new InsufficientFundsError()).code).toBe('chain.out-of-funds');
		expect(walletError(new ChainMismatchError({ chain: { id: 1, name: 'A' } as never, currentChainId: 2 })).code).toBe(
			'chain.wrong-network',
		);
		expect(walletError(new DOMException('stop', 'AbortError')).code).toBe('general.cancelled');
	});

	it("is a mobile wallet's 4902 that hides in data.originalError", () => {
		const hidden = Object.assign(new Error('internal'), { code: -32603, data: { originalError: { code: 4902 } } });
		expect(walletError(hidden).code).toBe('chain.wrong-network');
	});

	it('keeps the cause, and not the long message that repeats the request', () => {
		const cause = Object.assign(new Error('Request Arguments: secret'), { shortMessage: 'short' });
		expect(walletError(cause)).toMatchObject({ message: 'short', cause });
	});

	it('ends with a code for what cannot even be made a string', () => {
		expect(walletError([{ toString: 0 }]).code).toBe('general.unexpected');
		expect(walletError(Object.create(null)).code).toBe('general.unexpected');
	});

	it('ends with a code for anything at all, loops of causes too', () => {
		const loop: { cause?: unknown } = {};
		loop.cause = loop;
		expect(walletError(loop).code).toBe('general.unexpected');
		fc.assert(
			fc.property(fc.anything(), (thrown) => {
				expect(errorCodes).toContain(walletError(thrown).code);
			}),
		);
	});
});
