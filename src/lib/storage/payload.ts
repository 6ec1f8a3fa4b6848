/** What is sent to a cloud: hashed once, and then in the browser's hands, so that the page need not hold it while it is on its way. */

import { toHex } from '#lib/bytes.ts';
import { sha256 } from '#lib/storage/cid.ts';
import type { Content, Payload } from '#lib/storage/store.ts';
import { bytesOf, sizeOf } from '#lib/storage/tree.ts';

/** The bytes from `start` to before `end`, ready to be sent. Throws what reading them throws. */
export async function payloadOf(content: Content, start = 0, end = sizeOf(content)): Promise<Payload> {
	if ('payload' in content) return content.payload(start, end);
	const bytes = await bytesOf(content, start, end);
	return { sha256: toHex(await sha256(bytes)).slice(2), blob: new Blob([bytes as Uint8Array<ArrayBuffer>]) };
}
