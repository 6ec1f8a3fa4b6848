/**
 * Filecoin Onchain Cloud: objects are pieces of a data set that one provider keeps and proves on chain, and a wallet pays for.
 *
 * Filecoin names a piece by its own commitment (PieceCID v2, FRC-0069), so our address goes into the piece's metadata, which the service
 * contract keeps in the open. Whoever knows the data set finds the provider and the piece from the chain (`filecoin/data-set.ts`) and
 * reads the bytes, any range of them, from the provider by plain HTTP, without a key or a wallet. To write, pieces go to the provider and are
 * then added to the data set by a signature that the provider puts on chain and pays the gas of (`filecoin/writing.ts`).
 *
 * This file is all that a page loads that has no such cloud; what knows the network is loaded when it is first asked.
 * https://docs.filecoin.cloud · https://github.com/filecoin-project/curio/tree/main/pdp
 */

import type { CID } from 'multiformats/cid';
import { httpReads, readOnly } from '#lib/storage/http.ts';
import { probeStore } from '#lib/storage/probe.ts';
import { cancelled } from '#lib/storage/request.ts';
import { checkRange, type FilecoinConfig, type Store, type StoreOptions } from '#lib/storage/store.ts';
import type { DataSet, Place } from '#lib/storage/filecoin/data-set.ts';

/** Names a data set in manifests: its network and number say all that a reader needs. */
export function filecoinName({ network, dataSet }: Pick<FilecoinConfig, 'network' | 'dataSet'>): string {
	return `filecoin:${network}/${dataSet}`;
}

/** Where a data set is described: for who asks its contracts about more than objects. */
export interface FilecoinContracts {
	chainId: number;
	network: string;
	rpcUrls: string[];
	/** PDPVerifier and FilecoinWarmStorageService. */
	verifier: `0x${string}`;
	service: `0x${string}`;
	dataSetId: bigint;
	/** When block 0 was made, in seconds since 1970; each later one comes 30 seconds after the one before. */
	genesis: number;
}

/** The contracts of these settings' network, as the published interfaces say. Loads them; asks nobody. */
export async function filecoinContracts({ network, dataSet, rpcUrl }: FilecoinConfig): Promise<FilecoinContracts> {
	const { [network]: chain } = await import('@filoz/synapse-core/chains');
	const { pdp, fwss } = chain.contracts;
	return {
		chainId: chain.id,
		network: chain.name,
		rpcUrls: rpcUrl === undefined ? [...chain.rpcUrls.default.http] : [rpcUrl],
		verifier: pdp.address,
		service: fwss.address,
		dataSetId: BigInt(dataSet),
		genesis: chain.genesisTimestamp,
	};
}

/**
 * The store over a data set. Throws beside the common codes `storage.invalid-cloud` where there is no such data set, or it has ended;
 * `put` also `storage.unpaid`, `storage.not-approved`, `storage.unconfirmed`, and `storage.corrupt` for bytes that are not what the
 * address says.
 */
export function filecoin(config: FilecoinConfig): Store {
	const name = filecoinName(config);
	const { privateKey } = config;

	async function open({ signal }: StoreOptions = {}): Promise<DataSet> {
		if (signal?.aborted) throw cancelled(signal.reason);
		const { openDataSet } = await import('#lib/storage/filecoin/data-set.ts');
		return openDataSet(config);
	}

	/** The data set, and where in it the object lies; null: not here. */
	async function find(cid: CID, options?: StoreOptions): Promise<{ place: Place; set: DataSet } | null> {
		return orCancelled(options?.signal, async () => {
			const set = await open(options);
			const place = await set.find(String(cid));
			return place && { place, set };
		});
	}

	/** Plain HTTP at the provider: https://github.com/filecoin-project/FIPs/blob/master/FRCs/frc-0066.md */
	const readsOf = ({ set, place }: { place: Place; set: DataSet }) =>
		httpReads(name, (_, init) => Promise.resolve({ url: set.urlOf(place), init }));

	/** Like a write, but for the transaction. */
	async function rehearseWrite(key: string, options?: StoreOptions): Promise<void> {
		await orCancelled(options?.signal, async () => {
			const set = await open(options);
			const { rehearse } = await import('#lib/storage/filecoin/writing.ts');
			await rehearse(set, key, options);
		});
	}

	const store: Store = {
		name,
		capabilities: {
			write: privateKey !== undefined,
			remove: privateKey !== undefined,
			shared: true,
			conditional: false,
		},
		probe(options) {
			if (privateKey === undefined) return probeStore(store, options);
			const rehearsal = () => rehearseWrite(privateKey, options);
			return probeStore(store, options, { anyone: filecoin(publicly(config)), rehearsal });
		},
		async put(cid, content, options) {
			if (privateKey === undefined) throw readOnly(name);
			await orCancelled(options?.signal, async () => {
				const set = await open(options);
				const { putPiece } = await import('#lib/storage/filecoin/writing.ts');
				await putPiece(set, privateKey, { cid, content, isHere: () => store.stat(cid, options) }, options);
			});
		},
		async stat(cid, options) {
			const found = await find(cid, options);
			return found && (await readsOf(found).stat(cid, options)) && { size: found.place.size };
		},
		async readRange(cid, start, end, options) {
			checkRange(start, end);
			const found = await find(cid, options);
			if (!found) return null;
			const { size } = found.place; // what lies behind it is padding
			return readsOf(found).readRange(cid, Math.min(start, size), Math.min(end, size), options);
		},
		async remove(cid, options) {
			if (privateKey === undefined) throw readOnly(name);
			await orCancelled(options?.signal, async () => {
				const set = await open(options);
				const { removePieces } = await import('#lib/storage/filecoin/writing.ts');
				await removePieces(set, privateKey, String(cid), options);
			});
		},
	};
	return store;
}

function publicly({ privateKey: _, ...config }: FilecoinConfig): FilecoinConfig {
	return config;
}

/** The work, left alone as soon as the person cancels: part of it is shared with others who did not. */
async function orCancelled<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
	if (signal?.aborted) throw cancelled(signal.reason);
	if (!signal) return work();
	const over = Promise.withResolvers<never>();
	const stop = () => over.reject(cancelled(signal.reason));
	signal.addEventListener('abort', stop, { once: true });
	try {
		return await Promise.race([work(), over.promise]);
	} finally {
		signal.removeEventListener('abort', stop);
	}
}
