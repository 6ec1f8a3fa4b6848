/** A worker of the pool: does parts of the rows, answers with bytes or with what went wrong. */
import { asAppError } from '#lib/errors.ts';
import { groupsFor } from './options.ts';
import { runPart } from './part.ts';
import type { Answer, Question } from './pool.ts';

self.addEventListener('message', ({ data: { id, backend, part } }: MessageEvent<Question>) => {
	groupsFor({ backend })
		.then((groups) => runPart(groups, part))
		.then(
			(value) => answer({ id, value }),
			(error: unknown) => {
				const { code, message } = asAppError(error);
				answer({ id, failure: { code, message } });
			},
		);
});

function answer(message: Answer): void {
	self.postMessage(message);
}
