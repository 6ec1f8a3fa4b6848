/** Looking into JSON whose shape is not known yet. */

/** The value as an object with keys, else null. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> | null {
	return typeof value === 'object' && value !== null && !Array.isArray(value)
		? (value as Readonly<Record<string, unknown>>)
		: null;
}

/** The value as a string that is not empty, else null. */
export function asText(value: unknown): string | null {
	return typeof value === 'string' && value !== '' ? value : null;
}
