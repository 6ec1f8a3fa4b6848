/** As much of a browser's page as wallets need, for tests in Node: events on `window`, storage of the tab, and extensions. */
import type { ScriptedWallet } from './scripted-wallet.ts';

export interface TestPage {
	/** Puts an extension into the page: announced as EIP-6963 says, at once and whenever it is asked. */
	announce(wallet: ScriptedWallet, info?: { rdns?: string; icon?: string }): void;
	/** Puts an extension into the page that only sets `window.ethereum`. */
	setEthereum(wallet: ScriptedWallet): void;
	/** What the tab remembers, by key. */
	storage: Map<string, string>;
	close(): void;
}

/** Opens a page in place of `globalThis.window`; close it after the test. */
export function openPage(): TestPage {
	const storage = new Map<string, string>();
	const sessionStorage = {
		getItem: (key: string) => storage.get(key) ?? null,
		setItem: (key: string, value: string) => void storage.set(key, value),
		removeItem: (key: string) => void storage.delete(key),
	};
	const target = Object.assign(new EventTarget(), { sessionStorage });
	const before = Object.getOwnPropertyDescriptor(globalThis, 'window');
	Object.defineProperty(globalThis, 'window', { value: target, configurable: true });
	return {
		storage,
		announce(wallet, { rdns = 'example.test-wallet', icon = 'data:image/svg+xml,<svg/>' } = {}) {
			const detail = Object.freeze({ info: { uuid: rdns, name: wallet.name, icon, rdns }, provider: wallet.provider });
			const announce = () => target.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail }));
			target.addEventListener('eip6963:requestProvider', announce);
			announce();
		},
		setEthereum(wallet) {
			Object.assign(target, { ethereum: wallet.provider });
		},
		close() {
			if (before) Object.defineProperty(globalThis, 'window', before);
			else Reflect.deleteProperty(globalThis, 'window');
		},
	};
}
