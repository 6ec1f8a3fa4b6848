import { expect } from 'vitest';
import type { ErrorCode, ErrorDetails } from '#lib/errors.ts';

/** What `toThrow` compares with: an AppError with this code, and with these details where given. */
export function refusal(code: ErrorCode, details?: ErrorDetails): unknown {
	return expect.objectContaining({ name: 'AppError', code, ...(details && { details }) });
}
