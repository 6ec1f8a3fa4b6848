/** A worker of the pool: runs batches, answers with what they give or with what went wrong. */
import { asAppError } from '#lib/errors.ts';
import { addressBatch, auditBatch } from '#lib/storage/seal-batch.ts';
import type { Answer, Question } from '#lib/storage/seal-pool.ts';

self.addEventListener('message', (event: MessageEvent<Question>) => {
	const { data } = event;
	run(data).catch((error: unknown) => {
		const { code, message, details } = asAppError(error);
		answer({ id: data.id, failure: { code, message, details } });
	});
});

async function run({ id, work, order, tags }: Question): Promise<void> {
	if (work === 'audit') {
		answer({ id, value: await auditBatch(order, tags) });
		return;
	}
	const value = await addressBatch(order);
	answer(
		{ id, value },
		value.flatMap(({ bytes }) => bytes?.buffer ?? []),
	);
}

function answer(message: Answer, transfer: Transferable[] = []): void {
	self.postMessage(message, { transfer });
}
