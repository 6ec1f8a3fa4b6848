/** What a treatment is made from: the form, and who writes about whom. Checked whole, so that no half-filled record is sealed. */
import * as v from 'valibot';
import { AppError } from '#lib/errors.ts';

/** The form that a clinician fills in, with the author, the hospital and the patient. Addresses are wallet addresses. */
export interface Treatment {
	title: string;
	/** ISO dates. */
	startedOn: string;
	/** null for a visit of one day. */
	endedOn: string | null;
	conditions: { text: string; code?: { system: string; code: string } }[];
	medicines: { name: string; dose: string }[];
	notes: string;
	patient: string;
	author: { address: string; name: string; title: string };
	hospital: { address: string; name: string };
}

/** Characters. A line is a title, a name, a dose. */
export const longestLine = 500;
export const longestNotes = 50_000;
export const mostLines = 50;

const line = v.pipe(v.string(), v.trim(), v.maxLength(longestLine, 'too-long'));
const filled = v.pipe(line, v.nonEmpty('missing'));
const day = v.pipe(v.string(), v.check(isDay, 'bad-date'));
const address = v.pipe(v.string(), v.regex(/^0x[0-9a-fA-F]{40}$/, 'bad-address'));

const schema = v.pipe(
	v.object({
		title: filled,
		startedOn: day,
		endedOn: v.nullable(day),
		conditions: v.pipe(
			v.array(
				v.object({
					text: filled,
					code: v.exactOptional(v.object({ system: v.pipe(filled, v.regex(/^[a-z][a-z0-9+.-]*:/i)), code: filled })),
				}),
			),
			v.maxLength(mostLines, 'too-many'),
		),
		medicines: v.pipe(v.array(v.object({ name: filled, dose: line })), v.maxLength(mostLines, 'too-many')),
		notes: v.pipe(v.string(), v.trim(), v.maxLength(longestNotes, 'too-long')),
		patient: address,
		author: v.object({ address, name: filled, title: line }),
		hospital: v.object({ address, name: filled }),
	}),
	v.forward(
		v.check(({ startedOn, endedOn }) => endedOn === null || endedOn >= startedOn, 'bad-date'),
		['endedOn'],
	),
);

/** The same, trimmed. @throws AppError `records.invalid-input` with `details.field` and `details.reason`. */
export function checkTreatment(input: Treatment): Treatment {
	const result = v.safeParse(schema, input);
	if (result.success) return result.output;
	const [issue] = result.issues;
	throw new AppError('records.invalid-input', `The treatment is not valid: ${v.getDotPath(issue) ?? 'form'}.`, {
		details: { field: v.getDotPath(issue) ?? 'form', reason: issue.message },
	});
}

/** A day that exists, from 1900 on: 2026-02-30 does not. */
function isDay(text: string): boolean {
	if (!/^(19|20)\d{2}-\d{2}-\d{2}$/.test(text)) return false;
	const date = new Date(`${text}T00:00:00Z`);
	return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
