/** What a screen needs of an AppError: its code, its facts, and the developer's message for the technical details. */
import { m, type ErrorCode } from '#lib/i18n/index.ts';
import type { Fact } from './facts.ts';

export interface ShownError {
	readonly code: ErrorCode;
	readonly details?: Readonly<Record<string, string | number | boolean>>;
	readonly message?: string;
}

/** Code, facts and message as lines for `Facts`. */
export function technicalFacts(error: ShownError): Fact[] {
	const details = Object.entries(error.details ?? {}).map(([label, value]) => ({
		label,
		value: String(value),
		code: true,
	}));
	const message = error.message ? [{ label: m.shell_error_message(), value: error.message, code: true }] : [];
	return [{ label: m.shell_error_code(), value: error.code, code: true }, ...details, ...message];
}
