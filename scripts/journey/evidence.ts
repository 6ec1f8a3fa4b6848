/** What the outside world gets to see of a journey: all events of the chain, and every object that the clouds hold of it. */
import { connectChain, readEvents } from '#lib/chain/index.ts';
import { cidFromDigest, publicStore, type Store } from '#lib/storage/index.ts';
import { decodeObject } from '#lib/records/codec.ts';
import { headerSchema } from '#lib/records/formats.ts';
import type { JourneyNetwork } from './network.ts';

const chunkBytes = 1024 * 1024;
type Cid = ReturnType<typeof cidFromDigest>;

/** All events of the registries, as JSON. */
export async function allEvents({ config }: JourneyNetwork): Promise<string> {
	const events = await readEvents(connectChain(config.chain), config.chain.contracts);
	return JSON.stringify(
		events,
		(_, value: unknown) => (typeof value === 'bigint' ? `0x${value.toString(16)}` : value),
		'\t',
	);
}

/** Every object that an event names, and the locks and pieces that the headers among them name, from each cloud that has it. */
export async function* objectsOnClouds(
	network: JourneyNetwork,
): AsyncGenerator<{ name: string; bytes: AsyncIterable<Uint8Array> }> {
	const stores = namesOf(network).map(publicStore);
	const digests = new Set((await allEvents(network)).match(/(?<=Digest": ")0x[0-9a-f]{64}/g) ?? []);
	for (const digest of digests) {
		for (const cid of await withLinks(stores, cidFromDigest(digest))) {
			for (const store of stores) yield { name: `${cid.toString()} at ${store.name}`, bytes: read(store, cid) };
		}
	}
}

function namesOf({ config }: JourneyNetwork): string[] {
	return config.clouds.map((cloud) => {
		if (cloud.kind === 's3') return cloud.publicBase;
		return cloud.kind === 'ipfs' ? cloud.gateway : '';
	});
}

async function withLinks(stores: readonly Store[], cid: Cid): Promise<Cid[]> {
	for (const store of stores) {
		const bytes = await store.readRange(cid, 0, chunkBytes).catch(() => null);
		if (!bytes) continue;
		try {
			const { parts } = decodeObject(headerSchema, bytes);
			return [cid, ...parts.flatMap(({ lock, manifest }) => [lock, ...manifest.pieces.map((piece) => piece.cid)])];
		} catch {
			return [cid]; // not a header
		}
	}
	return [];
}

async function* read(store: Store, cid: Cid): AsyncGenerator<Uint8Array> {
	for (let start = 0; ; start += chunkBytes) {
		const bytes = await store.readRange(cid, start, start + chunkBytes);
		if (!bytes || bytes.length === 0) return;
		yield bytes;
		if (bytes.length < chunkBytes) return;
	}
}
