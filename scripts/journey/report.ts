/** One line per step: what was done, how long it took, what it cost in gas, and how many bytes went to or came from the clouds. */
import { AppError } from '#lib/errors.ts';
import type { Receipt } from '#lib/records/index.ts';
import { sentenceFor } from '../problem.ts';

/** Counts what one step costs. */
export class Tally {
	gas = 0;
	bytes = 0;
	transactions = 0;

	/** Counts a transaction, and gives it back. */
	spent<Result extends Receipt>(receipt: Result): Result {
		this.gas += receipt.gasUsed;
		this.transactions += 1;
		return receipt;
	}

	/** Counts bytes sent to clouds or read from them. */
	moved(bytes: number): void {
		this.bytes += bytes;
	}
}

/** A step that did not come out as it should. */
export class StepFailed extends Error {
	override name = 'StepFailed';
}

const columns = { title: 70, seconds: 9, gas: 14, bytes: 16 };

/** Prints the heading of the lines below. */
export function heading(): void {
	console.log(line('', 'step', 'duration', 'gas', 'bytes'));
}

/** Runs one step and prints its line. Throws `StepFailed`, which names the step. */
export async function step<Result>(
	number: number,
	title: string,
	work: (tally: Tally) => Promise<Result>,
): Promise<Result> {
	const tally = new Tally();
	const began = performance.now();
	try {
		const result = await work(tally);
		const seconds = `${((performance.now() - began) / 1000).toFixed(2)} s`;
		console.log(line(String(number), title, seconds, count(tally.gas), count(tally.bytes)));
		return result;
	} catch (error) {
		throw new StepFailed(`Step ${number} (${title}) went wrong: ${reasonOf(error)}`, { cause: error });
	}
}

/** Ends a step that came out wrong. */
export function check(holds: boolean, otherwise: string): asserts holds {
	if (!holds) throw new Error(otherwise);
}

/** Checks that something is refused with this code. */
export async function refused(code: AppError['code'], work: Promise<unknown>): Promise<void> {
	const outcome = await work.then(
		() => 'it was done',
		(error: unknown) => (error instanceof AppError ? error.code : reasonOf(error)),
	);
	check(outcome === code, `it should have been refused with ${code}, but ${outcome}`);
}

/** Why something failed, in a few words. */
export function reasonOf(error: unknown): string {
	if (error instanceof AppError) return `${error.code}: ${error.message}`;
	return sentenceFor(error) ?? (error instanceof Error ? error.message : String(error));
}

function line(number: string, title: string, seconds: string, gas: string, bytes: string): string {
	const left = `${number.padStart(3)}  ${title}`.padEnd(columns.title + 5);
	return left + seconds.padStart(columns.seconds) + gas.padStart(columns.gas) + bytes.padStart(columns.bytes);
}

function count(value: number): string {
	return value === 0 ? '–' : value.toLocaleString('en-US');
}
