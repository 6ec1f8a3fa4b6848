/** Bytes and refusals that the storage tests share. */
import type { CID } from 'multiformats/cid';
import { expect } from 'vitest';
import type { ErrorCode } from '#lib/errors.ts';
import { cidOf } from '#lib/storage/index.ts';

export const mebibyte = 2 ** 20;

/** Bytes that differ from place to place and from seed to seed (xorshift32). */
export function bytes(length: number, seed = 1): Uint8Array<ArrayBuffer> {
	const words = new Uint32Array(Math.ceil(length / 4));
	let state = ((seed * 2654435761) | 0) ^ 0x9e3779b9;
	for (let i = 0; i < words.length; i++) {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		words[i] = state;
	}
	return new Uint8Array(words.buffer, 0, length);
}

/** An object that no store has yet, with its address. */
export async function fresh(length: number): Promise<{ cid: CID; content: Uint8Array<ArrayBuffer> }> {
	const content = length < 16 ? bytes(length, Math.random() * 2 ** 31) : bytes(length);
	if (length >= 16) crypto.getRandomValues(content.subarray(0, 16));
	return { cid: await cidOf(content), content };
}

/** What `rejects.toMatchObject` wants of an AppError with this code. */
export function refusal(code: ErrorCode, details: Record<string, unknown> = {}) {
	return { name: 'AppError', code, details: expect.objectContaining(details) as Record<string, unknown> };
}

/** A random 32-byte key. */
export const randomKey = () => crypto.getRandomValues(new Uint8Array(32));

/** All bytes of a stream. */
export async function drain(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
	return new Uint8Array(await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer());
}

/** True when both hold the same; `toEqual` takes seconds for a few million bytes. */
export function same(a: Uint8Array | null, b: Uint8Array | null): boolean {
	if (a?.length !== b?.length || !a || !b) return false;
	for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
	return true;
}
