/** Many rows, sealed and opened in two real workers: the same bytes, the same refusals, and Cancel. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { concat } from '#lib/bytes.ts';
import { digestOf } from '#lib/crypto/abe/capsule.ts';
import { decapsulate, encapsulate } from '#lib/crypto/abe/index.ts';
import { encapsulateSeed } from '#lib/crypto/abe/kem.ts';
import { rowsForTwo } from '#lib/crypto/abe/part.ts';
import { amina, authorities, basil, context, hospital, keysOf } from './abe-world.ts';
import { backends } from './backends.ts';
import { counted, countWorkers } from './counted-worker.ts';
import { refusal } from './refusal.ts';

const attributes = Array.from({ length: 130 }, (_, i) => `a${i}#0@${hospital}`);
const many = attributes.slice(0, rowsForTwo).join(' and ');
const seed = new Uint8Array(32).fill(7);
let keys: Map<string, Uint8Array>;

beforeAll(async () => {
	countWorkers();
	keys = await keysOf(amina, ...attributes.slice(0, rowsForTwo));
});
beforeEach(async () => {
	// Answers that nobody waited for come first.
	if (counted.started > 0) await encapsulate({ policy: many, authorities, context });
	counted.asked = counted.answered = 0;
});

test('fewer rows start no worker', async () => {
	const policy = attributes.slice(0, rowsForTwo - 1).join(' and ');
	await encapsulate({ policy, authorities, context });
	expect(counted).toMatchObject({ started: 0, asked: 0 });
});

test('nor do many, where no workers are wanted', async () => {
	await encapsulate({ policy: many, authorities, context, workers: false });
	expect(counted).toMatchObject({ started: 0, asked: 0 });
});

describe.each(backends)('%s', (backend) => {
	test('two workers seal what one thread seals, byte by byte, and open it', async () => {
		const alone = await encapsulateSeed({ policy: many, authorities, context, backend, workers: false }, seed);
		const shared = await encapsulateSeed({ policy: many, authorities, context, backend }, seed);
		expect(counted).toMatchObject({ started: 2, asked: 2 });
		expect(shared).toEqual(alone);
		expect(await decapsulate({ capsule: shared.capsule, gid: amina, keys, context, backend })).toEqual(alone.key);
		expect(counted.asked).toBe(6); // two parts to seal, two to open, two to seal again
	});

	test("a key with a point off the curve is a wrong key, in a worker too; and another user's before", async () => {
		const { capsule } = await encapsulate({ policy: many, authorities, context, backend });
		const last = attributes[rowsForTwo - 1]!;
		const spoilt = new Map(keys).set(last, keys.get(last)!.with(-1, keys.get(last)!.at(-1)! ^ 1));
		const open = (gid: string, held: typeof keys) => decapsulate({ capsule, gid, keys: held, context, backend });
		await expect(open(amina, spoilt)).rejects.toThrow(refusal('crypto.wrong-key'));
		await expect(open(basil, keys)).rejects.toThrow(refusal('crypto.wrong-key'));
	});

	test('a row that was changed in either part is refused as anywhere', async () => {
		const { capsule } = await encapsulate({ policy: many, authorities, context, backend });
		for (const fromEnd of [96 + 1, 96 + 528 * (rowsForTwo - 1) + 1]) {
			const body = capsule.slice(0, -32);
			body[body.length + 32 - fromEnd]! ^= 1;
			const changed = concat(body, await digestOf(body, context));
			const opening = decapsulate({ capsule: changed, gid: amina, keys, context, backend });
			await expect(opening).rejects.toThrow(refusal('crypto.invalid-capsule'));
		}
	});
});

describe('Cancel', () => {
	const order = { policy: attributes.join(' and '), authorities, context };

	test('before it began: nothing is asked of a worker', async () => {
		const signal = AbortSignal.abort();
		await expect(encapsulate({ ...order, signal })).rejects.toThrow(refusal('general.cancelled'));
		expect(counted.asked).toBe(0);
	});

	test('stops it: the caller knows at once, and parts that were not begun never are', async () => {
		const controller = new AbortController();
		const sealing = encapsulate({ ...order, signal: controller.signal });
		const outcome = expect(sealing).rejects.toThrow(refusal('general.cancelled'));
		while (counted.asked < 2) await new Promise((resolve) => setTimeout(resolve));
		controller.abort();
		await outcome;
		expect(counted.answered).toBe(0);
		await encapsulate({ policy: many, authorities, context }); // queued behind what was begun
		expect(counted.asked).toBe(2 + 2); // of six parts two were begun; and two of the next call
	});

	test('opening: the capsule is not blamed', async () => {
		const { capsule } = await encapsulate({ policy: many, authorities, context });
		const controller = new AbortController();
		const opening = decapsulate({ capsule, gid: amina, keys, context, signal: controller.signal });
		controller.abort();
		await expect(opening).rejects.toThrow(refusal('general.cancelled'));
		expect(await decapsulate({ capsule, gid: amina, keys, context })).toHaveLength(32);
	});

	test('stops it in one thread as well, before the next part', async () => {
		const controller = new AbortController();
		const sealing = encapsulate({ ...order, workers: false, signal: controller.signal });
		setTimeout(() => {
			controller.abort();
		});
		await expect(sealing).rejects.toThrow(refusal('general.cancelled'));
	});
});
