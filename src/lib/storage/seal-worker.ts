/** A worker of the pool: runs batches, answers with what they give or with what went wrong. */
import { asAppError } from '#lib/errors.ts';
import { addressBatch, auditBatch, digestsOf, payloadBatch } from '#lib/storage/seal-batch.ts';
import type { Answer, Question } from '#lib/storage/seal-pool.ts';

self.addEventListener('message', (event: MessageEvent<Question>) => {
	const { data } = event;
	run(data).catch((error: unknown) => {
		const { code, message, details } = asAppError(error);
		answer({ id: data.id, failure: { code, message, details } });
	});
});

async function run(question: Question): Promise<void> {
	const { id } = question;
	switch (question.work) {
		case 'address': {
			const value = await addressBatch(question.order);
			const kept = value.flatMap(({ bytes }) => bytes?.buffer ?? []);
			answer({ id, value }, kept);
			return;
		}
		case 'audit':
			answer({ id, value: await auditBatch(question.order, question.tags) });
			return;
		case 'payload':
			answer({ id, value: await payloadBatch(question.order, question.tags) });
			return;
		case 'digests':
			answer({ id, value: await digestsOf(question.blob, question.stride) });
	}
}

function answer(message: Answer, transfer: Transferable[] = []): void {
	self.postMessage(message, { transfer });
}
