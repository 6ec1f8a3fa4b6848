/** What several stores' failures mean together. */

import { AppError, type ErrorCode } from '#lib/errors.ts';

/** Which failure a person should hear of first: one that passes, then one that can be mended, then the rest. */
const order: readonly ErrorCode[] = [
	'storage.unreachable',
	'storage.stalled',
	'storage.busy',
	'storage.unauthorised',
	'storage.invalid-cloud',
	'storage.corrupt',
	'crypto.corrupt',
	'storage.not-found',
];

/** The error to throw when no store gave an object. `details.clouds` is how many were asked; the cause has each one's failure. */
export function allFailed(errors: readonly AppError[]): AppError {
	const code = order.find((known) => errors.some((error) => error.code === known)) ?? 'storage.not-found';
	return new AppError(code, 'No cloud gave an object that was asked for.', {
		cause: new AggregateError(errors),
		details: { clouds: errors.length },
	});
}

/** Throws `storage.none-saved` or `storage.too-few` unless at least `needed` stores took an object. */
export function checkSaved(saved: number, needed: number, errors: readonly AppError[]): void {
	if (saved >= needed) return;
	const code = saved === 0 ? 'storage.none-saved' : 'storage.too-few';
	const details = { saved, needed, clouds: saved + errors.length };
	throw new AppError(code, `${saved} of ${needed} needed clouds took an object.`, {
		cause: new AggregateError(errors),
		details,
	});
}

/** Throws `storage.no-clouds` unless there are `needed` stores. */
export function checkStores(given: number, needed = 1): void {
	if (given >= needed) return;
	throw new AppError('storage.no-clouds', 'Fewer clouds are set up than are needed.', { details: { given, needed } });
}
