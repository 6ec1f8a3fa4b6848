/** A Helia node that keeps its blocks in a folder and trades them over bitswap, on TCP, with whoever dials it. It looks for nobody. */
import './unused-parts.ts';
import type { FsBlockstore } from 'blockstore-fs';
import type { CID } from 'multiformats/cid';

export interface IpfsNode {
	/** Its address, with its peer id. */
	multiaddr: string;
	/** What lies in the folder, without asking other nodes. */
	blocks: FsBlockstore;
	put: (cid: CID, bytes: Uint8Array) => Promise<void>;
	/** One block, from the folder or from a node that is connected. */
	get: (cid: CID, signal: AbortSignal) => Promise<Uint8Array>;
	dial: (multiaddr: string, signal: AbortSignal) => Promise<void>;
	stop: () => Promise<void>;
}

/** Starts a node that listens on the host, on a free port. */
export async function startIpfsNode({ folder, host }: { folder: string; host: string }): Promise<IpfsNode> {
	// After the hooks of `unused-parts.ts`, hence not at the top.
	const [
		{ createHeliaLight },
		{ withLibp2pLight },
		{ withBitswap },
		{ FsBlockstore },
		{ tcp },
		{ noise },
		{ yamux },
		{ identify },
		{ multiaddr },
	] = await Promise.all([
		import('helia'),
		import('@helia/libp2p'),
		import('@helia/bitswap'),
		import('blockstore-fs'),
		import('@libp2p/tcp'),
		import('@libp2p/noise'),
		import('@libp2p/yamux'),
		import('@libp2p/identify'),
		import('@multiformats/multiaddr'),
	]);
	const blocks = new FsBlockstore(folder);
	await blocks.open();
	const helia = withBitswap(
		withLibp2pLight(createHeliaLight({ blockstore: blocks, routers: [] }), {
			addresses: { listen: [`/ip4/${host}/tcp/0`] },
			transports: [tcp()],
			connectionEncrypters: [noise()],
			streamMuxers: [yamux()],
			services: { identify: identify() },
		}),
	);
	await helia.start();
	return {
		multiaddr: String(helia.libp2p.getMultiaddrs()[0]),
		blocks,
		put: async (cid, bytes) => {
			await helia.blockstore.put(cid, bytes);
		},
		get: (cid, signal) => collect(helia.blockstore.get(cid, { signal })),
		dial: async (address, signal) => {
			await helia.libp2p.dial(multiaddr(address), { signal });
		},
		stop: async () => {
			await helia.stop();
		},
	};
}

/** All bytes of a block that comes in parts. */
export async function collect(parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array> {
	const list: Uint8Array[] = [];
	for await (const part of parts) list.push(part);
	return new Uint8Array(Buffer.concat(list));
}
