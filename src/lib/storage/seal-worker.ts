/** A worker of the pool: runs batches, answers with what they give or with what went wrong. */
import { asAppError } from '#lib/errors.ts';
import { addressBatch, auditBatch } from '#lib/storage/seal-batch.ts';
import type { Answer, Question } from '#lib/storage/seal-pool.ts';

self.addEventListener('message', (event: MessageEvent<Question>) => {
	const { id, work, order, tags } = event.data;
	const run = work === 'address' ? addressBatch(order) : auditBatch(order, tags);
	run.then(
		(value) => answer({ id, value }),
		(error: unknown) => {
			const { code, message, details } = asAppError(error);
			answer({ id, failure: { code, message, details } });
		},
	);
});

function answer(message: Answer): void {
	self.postMessage(message);
}
