/**
 * The heavy halves of the site, loaded when somebody needs them: a page that only shows text carries neither. Everything in `state`
 * goes through these two functions, and imports types alone.
 */
export type RecordsModule = typeof import('#lib/records/index.ts');
export type WalletModule = typeof import('#lib/wallet/index.ts');

export function loadRecords(): Promise<RecordsModule> {
	return import('#lib/records/index.ts');
}

export function loadWallet(): Promise<WalletModule> {
	return import('#lib/wallet/index.ts');
}
