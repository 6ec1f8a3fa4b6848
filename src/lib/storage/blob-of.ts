/** All of a stream as a Blob, chunk by chunk: a browser may keep Blobs on disk, and what ended the stream is what it fails with. */

/**
 * The Blob of a stream's bytes. Rejects with the stream's own error; in Chromium `new Response(stream).blob()` gives a TypeError in its place,
 * which tells neither that somebody cancelled nor what was wrong.
 */
export async function blobOfStream(stream: ReadableStream<Uint8Array>): Promise<Blob> {
	const parts: Blob[] = [];
	const reader = stream.getReader();
	for (;;) {
		const { done, value } = await reader.read();
		if (done) return new Blob(parts);
		parts.push(new Blob([value as Uint8Array<ArrayBuffer>]));
	}
}
