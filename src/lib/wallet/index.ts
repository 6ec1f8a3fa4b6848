/** Wallets: choosing, connecting, signing. Load it with `import()`: the pages that need no wallet carry none of it. */
export {
	connect,
	connected,
	disconnect,
	ensureChain,
	reconnect,
	watchAccount,
	type ConnectOptions,
} from './connect.ts';
export { signTyped, walletClient } from './client.ts';
export { demoWalletId } from './demo.ts';
export { localProvider, type Provider, type RequestArguments } from './local-provider.ts';
export { walletError } from './wallet-error.ts';
export { createWallets, listWallets, watchWallets, type WalletOptions, type Wallets } from './wallets.ts';
export type { Connected, DemoAccount, TypedData, WalletChoice, WalletKind } from './types.ts';
