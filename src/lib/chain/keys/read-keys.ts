import { fromHex } from '#lib/bytes.ts';
import { patientRegistryAbi } from '../abi/patient-registry.ts';
import { call } from '../call.ts';
import { readEventAt } from '../history/read-events.ts';
import type { Address, ChainClient, Contracts, Hash } from '../types.ts';

export interface PublishedKeys {
	version: number;
	sealingKey: Uint8Array;
	/** null: not a patient. */
	authorityKey: Uint8Array | null;
	keyringDigest: Hash;
	/** Public base URLs. Text of others: check before use. */
	clouds: string[];
}

/**
 * What an account has published; null when nothing. Two blocks at most are read for it, however old.
 * Errors: as `call`; `chain.not-found` when the node does not have those blocks' events.
 */
export async function readKeys(
	client: ChainClient,
	contracts: Contracts,
	account: Address,
): Promise<PublishedKeys | null> {
	const entry = await call(client, {
		abi: patientRegistryAbi,
		registry: contracts.patientRegistry,
		functionName: 'keysOf',
		args: [account],
	});
	if (entry.version === 0) return null;
	const { version, publishedBlock, keyringBlock, keyringDigest } = entry;
	const [{ sealingKey, authorityKey }, { clouds }] = await Promise.all([
		readEventAt(client, contracts, { names: ['KeysPublished'], subject: account, blockNumber: publishedBlock }),
		// Both may have happened in one block: the last of them says where the clouds are.
		readEventAt(client, contracts, {
			names: ['KeysPublished', 'KeyringChanged'],
			subject: account,
			blockNumber: keyringBlock,
		}),
	]);
	return {
		version,
		sealingKey: bytesOf(sealingKey),
		authorityKey: entry.isPatient ? bytesOf(authorityKey) : null,
		keyringDigest,
		clouds: clouds.split(' ').filter((url) => url !== ''),
	};
}

function bytesOf(hex: Hash): Uint8Array {
	return fromHex(hex) ?? new Uint8Array();
}
