/** A failure that a person can do something about: its message is the whole of what they need to read. Scripts print it alone. */
export class Problem extends Error {
	override name = 'Problem';
}

/** The error as one clear sentence where its cause is known: a full disk, no network, no permission. */
export function sentenceFor(error: unknown): string | null {
	if (error instanceof Problem) return error.message;
	const code = codeOf(error);
	if (code === 'ENOSPC') return 'The disk is full: free some space and run it again.';
	if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
		return `No permission to write: ${error instanceof Error ? error.message : code}.`;
	}
	return null;
}

/** Prints why a script ends, and ends it: one sentence where the cause is known, else the whole error. */
export function exitWith(error: unknown): never {
	const sentence = sentenceFor(error);
	if (sentence) console.error(sentence);
	else console.error(error);
	process.exit(1);
}

/** The code of a system error, wherever in the chain of causes it is. */
function codeOf(error: unknown): string | null {
	for (let cause = error; cause instanceof Error; cause = cause.cause) {
		if ('code' in cause && typeof cause.code === 'string') return cause.code;
	}
	return null;
}
