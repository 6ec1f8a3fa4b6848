/**
 * Someone who uses Amana from Node: an account of a local chain that signs by itself, and a session over it. The journey, the demo
 * data and the tests act through such people, by the same use cases that the screens call.
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { bytesToHex, createWalletClient, hashTypedData, hexToBytes, http, type LocalAccount } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { chainOf, type Address } from '#lib/chain/index.ts';
import { engine } from '#lib/records/engine.ts';
import {
	createKeyring,
	makeDeps,
	memoryCache,
	publishKeys,
	withIdentity,
	type ChainConfig,
	type Deps,
	type Engine,
	type Receipt,
	type Sign,
	type StoreConfig,
} from '#lib/records/index.ts';

/** Where someone acts: a chain, and the clouds that new accounts are offered. */
export interface Place {
	chain: ChainConfig;
	clouds: readonly StoreConfig[];
	/** This thread's unless given. */
	engine?: Engine;
}

/** An account in the place, its keyring not made yet. */
export function visitor({ chain, clouds, engine: given = engine }: Place, account: LocalAccount): Deps {
	const wallet = createWalletClient({
		account,
		chain: chainOf(chain),
		transport: http(chain.rpcUrls[0]),
		pollingInterval: 50,
	});
	const address = account.address.toLowerCase() as Address;
	return makeDeps({ chain, engine: given, cache: memoryCache(), wallet, account: address, configs: clouds });
}

/** How an account signs the keyring's message. */
export function signWith(account: LocalAccount): Sign {
	return (typedData) => account.signTypedData(typedData);
}

/** Someone whose wallet signs the same message differently each time, as some do: each signature is right, none is like another. */
export function unpredictablePerson(): { account: LocalAccount; sign: Sign } {
	const privateKey = generatePrivateKey();
	const sign: Sign = (typedData) => {
		const hash = hexToBytes(hashTypedData(typedData));
		const options = { prehash: false, extraEntropy: true, format: 'recovered' } as const;
		const [recovery = 0, ...rs] = secp256k1.sign(hash, hexToBytes(privateKey), options);
		return Promise.resolve(bytesToHex(Uint8Array.from([...rs, 27 + recovery])));
	};
	return { account: privateKeyToAccount(privateKey), sign };
}

/** What someone says of themselves on the first visit. */
export interface FirstVisit {
	account: LocalAccount;
	displayName: string;
	language?: 'en' | 'ar';
	asPatient?: boolean;
}

/** The whole first visit: keyring made, keys published, session open. */
export async function firstVisit(place: Place, visit: FirstVisit): Promise<{ deps: Deps; receipt: Receipt }> {
	const { account, displayName, language = 'en', asPatient = false } = visit;
	const deps = visitor(place, account);
	const prepared = await createKeyring(deps, {
		sign: signWith(account),
		displayName,
		language,
		asPatient,
		clouds: place.clouds,
	});
	const { identity, ...receipt } = await publishKeys(deps, prepared);
	return { deps: withIdentity(deps, identity), receipt };
}
