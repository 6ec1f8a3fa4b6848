/**
 * How fast each cloud was, remembered between visits, so that the first file of a day is asked of the fastest. It is kept sealed under the
 * keyring: names of clouds tell which hospitals a person has to do with.
 */
import { utf8 } from '#lib/bytes.ts';
import { nameOf } from '#lib/storage/index.ts';
import type { Deps } from './deps.ts';
import type { FileOrder } from './engine.ts';
import { readPrivate, writePrivate } from './private-cache.ts';

const entryName = 'speeds';

/** Tells the engine what is remembered, once a session. Never throws: without it clouds are asked as strangers. */
export function recallSpeeds(deps: Deps): Promise<void> {
	return deps.memo.once(entryName, async () => {
		await deps.engine.recallSpeeds(await readSpeeds(deps)).catch(() => undefined);
	});
}

/** Remembers what the engine learnt of the clouds that a file lies on. Never throws. */
export async function keepSpeeds(deps: Deps, { manifest, clouds, elsewhere }: FileOrder): Promise<void> {
	if (!deps.identity) return;
	try {
		const names = [...manifest.pieces.map(({ store }) => store), ...clouds.map(nameOf), ...elsewhere];
		const speeds = { ...(await readSpeeds(deps)), ...(await deps.engine.speedsOf(names)) };
		await writePrivate(deps.cache, deps.identity, entryName, utf8(JSON.stringify(speeds)));
	} catch {
		// A browser that keeps nothing more loses a moment, not records.
	}
}

/** What was kept, for the engine to judge: an object, else an empty one. */
async function readSpeeds({ cache, identity }: Deps): Promise<object> {
	const bytes = identity && (await readPrivate(cache, identity, entryName));
	if (!bytes) return {};
	try {
		const kept: unknown = JSON.parse(new TextDecoder().decode(bytes));
		return typeof kept === 'object' && kept !== null ? kept : {};
	} catch {
		return {};
	}
}
