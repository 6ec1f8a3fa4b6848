/**
 * SHA-256 of many short messages of one length: by WebAssembly with SIMD where the page may run it, else by WebCrypto.
 *
 * WebCrypto hashes faster than anything written in a page, but each call costs microseconds, more than the hashing of half a
 * kilobyte itself; docs/performance.md has both measured. Both give the same bytes, so which one ran shows in the time alone.
 */

import { AppError } from '#lib/errors.ts';
import { constantsBytes, emitModule } from '#lib/audit/tree/sha256-simd-code.ts';

const digestBytes = 32;
/** Messages in the module's memory at once: at nine blocks each, 2.2 MB with what they are made of. */
const batchMessages = 2048;
const pageBytes = 2 ** 16;

/** What stands before each body: so many bytes, written for message `i` into `bytes` from `offset` on. */
export interface Head {
	length: number;
	write: (bytes: Uint8Array, offset: number, i: number) => void;
}

/** The digests, one after another, of messages that each are a head and the next `bodyBytes` bytes of `bodies`. */
export type Digests = (bodies: Uint8Array, bodyBytes: number, head: Head) => Promise<Uint8Array<ArrayBuffer>>;

let chosen: Promise<Digests> | undefined;

/** Digests by the quicker of the two ways that works here. */
export const digests: Digests = async (bodies, bodyBytes, head) => {
	chosen ??= simdDigests().catch(() => webCryptoDigests);
	return (await chosen)(bodies, bodyBytes, head);
};

/** By WebCrypto, one call a message. */
export const webCryptoDigests: Digests = async (bodies, bodyBytes, head) => {
	const count = Math.floor(bodies.length / bodyBytes);
	const all = new Uint8Array(count * digestBytes);
	const message = (i: number): Uint8Array<ArrayBuffer> => {
		const bytes = new Uint8Array(head.length + bodyBytes);
		head.write(bytes, 0, i);
		bytes.set(bodies.subarray(i * bodyBytes, (i + 1) * bodyBytes), head.length);
		return bytes;
	};
	for (let first = 0; first < count; first += batchMessages) {
		const indices = Array.from({ length: Math.min(batchMessages, count - first) }, (_, i) => first + i);
		const batch = await Promise.all(indices.map((i) => crypto.subtle.digest('SHA-256', message(i))));
		batch.forEach((digest, i) => {
			all.set(new Uint8Array(digest), (first + i) * digestBytes);
		});
	}
	return all;
};

/** By WebAssembly. Rejects where WebAssembly, its SIMD, or code made by the page (Content-Security-Policy) is refused. */
export async function simdDigests(): Promise<Digests> {
	const memory = new WebAssembly.Memory({ initial: 1 });
	const { instance } = await WebAssembly.instantiate(emitModule(), { env: { memory } });
	const hash = instance.exports['hash'] as (...parameters: number[]) => void;
	// Behind the constants: digests, then padded messages, then the bodies that they are made of.
	const messagesAt = constantsBytes + batchMessages * digestBytes;
	const padded = { messageBytes: 0, count: 0 };

	/** The memory, with room for a batch, and padding behind the first `count` messages. It stays from batch to batch. */
	function prepare(messageBytes: number, blocks: number, count: number): { bytes: Uint8Array; bodiesAt: number } {
		const bodiesAt = messagesAt + batchMessages * 64 * blocks;
		const needed = bodiesAt + batchMessages * messageBytes;
		if (memory.buffer.byteLength < needed) memory.grow(Math.ceil((needed - memory.buffer.byteLength) / pageBytes));
		const bytes = new Uint8Array(memory.buffer);
		if (padded.messageBytes !== messageBytes) Object.assign(padded, { messageBytes, count: 0 });
		const padding = paddingOf(messageBytes, blocks);
		for (; padded.count < count; padded.count++)
			bytes.set(padding, messagesAt + padded.count * 64 * blocks + messageBytes);
		return { bytes, bodiesAt };
	}

	return (bodies, bodyBytes, head) => {
		const messageBytes = head.length + bodyBytes;
		if (bodyBytes < 1 || messageBytes > 4096)
			throw new AppError('records.invalid-input', `Messages of ${messageBytes} bytes are not hashed in batches.`);
		const count = Math.floor(bodies.length / bodyBytes);
		// FIPS 180-4 §5.1.1: a bit, zeros, and the length in eight bytes.
		const blocks = Math.ceil((messageBytes + 9) / 64);
		const all = new Uint8Array(count * digestBytes);
		const { bytes, bodiesAt } = prepare(messageBytes, blocks, Math.min(batchMessages, count));
		for (let first = 0; first < count; first += batchMessages) {
			const batch = Math.min(batchMessages, count - first);
			// Once into the module's memory, and from there to their places: a view for each body would cost as much as half its hash.
			bytes.set(bodies.subarray(first * bodyBytes, (first + batch) * bodyBytes), bodiesAt);
			for (let i = 0; i < batch; i++) {
				const [to, from] = [messagesAt + i * 64 * blocks, bodiesAt + i * bodyBytes];
				head.write(bytes, to, first + i);
				bytes.copyWithin(to + head.length, from, from + bodyBytes);
			}
			hash(messagesAt, 64 * blocks, blocks, Math.ceil(batch / 4), constantsBytes);
			all.set(bytes.subarray(constantsBytes, constantsBytes + batch * digestBytes), first * digestBytes);
		}
		return Promise.resolve(all);
	};
}

function paddingOf(messageBytes: number, blocks: number): Uint8Array {
	const padding = new Uint8Array(64 * blocks - messageBytes);
	padding[0] = 0x80;
	new DataView(padding.buffer).setBigUint64(padding.length - 8, BigInt(8 * messageBytes));
	return padding;
}
