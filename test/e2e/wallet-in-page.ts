/**
 * The half of the test wallet that runs in the page. Playwright sends its text there, so it may use nothing from outside itself.
 */

interface Answer {
	result?: unknown;
	error?: { code: number; message: string };
}

type Listener = (data: unknown) => void;

/** Announces a provider (EIP-6963) that hands every request to the test's process. */
export function bridgeProvider({ name }: { name: string }): void {
	const bridge = (window as unknown as { amanaTestWallet: (method: string, params: unknown) => Promise<Answer> })
		.amanaTestWallet;
	const listeners = new Map<string, Set<Listener>>();
	const provider = {
		async request({ method, params }: { method: string; params?: unknown }): Promise<unknown> {
			const { result, error } = await bridge(method, params);
			if (error) throw Object.assign(new Error(error.message), { code: error.code });
			return result;
		},
		on(event: string, listener: Listener) {
			listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
			return provider;
		},
		removeListener(event: string, listener: Listener) {
			listeners.get(event)?.delete(listener);
			return provider;
		},
	};
	window.addEventListener('amana-test-wallet', (event) => {
		const { name: about, value } = (event as CustomEvent<{ name: string; value: unknown }>).detail;
		for (const listener of [...(listeners.get(about) ?? [])]) listener(value);
	});

	const icon = `data:image/svg+xml,${encodeURIComponent(
		'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="#0b4f5c"/></svg>',
	)}`;
	const info = { uuid: '0d1f6e7a-4c0a-4a8f-9d55-8b6f8a3f2c11', name, icon, rdns: 'example.test-wallet' };
	const announce = () =>
		window.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail: Object.freeze({ info, provider }) }));
	window.addEventListener('eip6963:requestProvider', announce);
	announce();
}
