/**
 * Keeps an unlocked keyring's root over a reload of this tab, so that the wallet is not asked each time.
 *
 * Two halves, each useless alone: the root sealed with AES-256-GCM lies in `sessionStorage`, which ends with the tab; the key lies in
 * IndexedDB as a WebCrypto key that no script can read out. "Lock and leave" deletes both, and after eight hours neither is used.
 *
 * What this does not give: a script running on this page could use the key while the tab lives, and who can copy the browser's files
 * from the disk may find both halves. Whoever shares a computer locks before leaving; the menu says so in these words.
 */
import * as v from 'valibot';
import { createStore, delMany, entries, get, set, type UseStore } from 'idb-keyval';

const keptForMs = 8 * 60 * 60 * 1000;
const storageKey = 'amana.kept-root';

interface KeptKey {
	key: CryptoKey;
	expiresAt: number;
}

/** What `sessionStorage` holds, as JSON; bytes in base64. */
const keptSchema = v.object({
	id: v.string(),
	owner: v.string(),
	expiresAt: v.number(),
	nonce: v.string(),
	sealed: v.string(),
});
type Kept = v.InferOutput<typeof keptSchema>;

/** Whose root: bound into the seal, so that one account's is never opened as another's. */
export interface RootOwner {
	chainId: number;
	account: string;
}

export interface KeptRoot {
	keep(owner: RootOwner, root: Uint8Array<ArrayBuffer>): Promise<void>;
	/** The root, or null when there is none of this owner, it is too old, or this browser forgot a half. Never throws. */
	take(owner: RootOwner): Promise<Uint8Array<ArrayBuffer> | null>;
	/** Deletes both halves. Never throws. */
	drop(): Promise<void>;
}

/** Keeps in this browser tab. Where storage is forbidden (private modes), keeping fails silently: the wallet is asked again. */
export function tabKeptRoot(): KeptRoot {
	let database: UseStore | null = null;
	const keys = () => (database ??= createStore('amana-session', 'keys'));

	return {
		async keep(owner, root) {
			try {
				await this.drop();
				await sweep(keys());
				const id = crypto.randomUUID();
				const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
				const nonce = crypto.getRandomValues(new Uint8Array(12));
				const sealed = new Uint8Array(await crypto.subtle.encrypt(cipher(nonce, owner), key, root));
				const expiresAt = Date.now() + keptForMs;
				await set(id, { key, expiresAt } satisfies KeptKey, keys());
				const kept: Kept = { id, owner: nameOf(owner), expiresAt, nonce: toText(nonce), sealed: toText(sealed) };
				sessionStorage.setItem(storageKey, JSON.stringify(kept));
			} catch {
				await this.drop();
			}
		},

		async take(owner) {
			try {
				const kept = keptHere();
				if (kept?.owner !== nameOf(owner)) return null;
				const half = await get<KeptKey>(kept.id, keys());
				if (!half || half.expiresAt < Date.now()) return null;
				const opened = await crypto.subtle.decrypt(
					cipher(fromText(kept.nonce), owner),
					half.key,
					fromText(kept.sealed),
				);
				return new Uint8Array(opened);
			} catch {
				return null;
			}
		},

		async drop() {
			try {
				const kept = keptHere();
				sessionStorage.removeItem(storageKey);
				if (kept) await delMany([kept.id], keys());
			} catch {
				// Storage is forbidden: then nothing was kept either.
			}
		},
	};
}

/** What this tab holds; null when that is nothing, or not what `keep` wrote. */
function keptHere(): Kept | null {
	try {
		const kept: unknown = JSON.parse(sessionStorage.getItem(storageKey) ?? 'null');
		return v.is(keptSchema, kept) ? kept : null;
	} catch {
		return null;
	}
}

/** Deletes the keys of tabs that were closed without leaving. */
async function sweep(keys: UseStore): Promise<void> {
	const all = await entries<string, KeptKey>(keys);
	const old = all.filter(([, half]) => half.expiresAt < Date.now()).map(([id]) => id);
	if (old.length > 0) await delMany(old, keys);
}

function nameOf({ chainId, account }: RootOwner): string {
	return `${String(chainId)}:${account}`;
}

function cipher(nonce: Uint8Array<ArrayBuffer>, owner: RootOwner): AesGcmParams {
	return { name: 'AES-GCM', iv: nonce, additionalData: new TextEncoder().encode(nameOf(owner)) };
}

function toText(bytes: Uint8Array): string {
	return btoa(String.fromCharCode(...bytes));
}

function fromText(text: string): Uint8Array<ArrayBuffer> {
	return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
