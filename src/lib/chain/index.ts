/** The chain: reads, writes and history of the registries. Reads take a `ChainClient` first, writes a `WalletClient`. */
export { zeroAddress, zeroHash } from 'viem';
export * from './audit/index.ts';
export * from './connect.ts';
export * from './consent/index.ts';
export * from './cross-check/index.ts';
export * from './history/index.ts';
export * from './hospitals/index.ts';
export * from './keys/index.ts';
export * from './permissions/index.ts';
export * from './read-epoch.ts';
export * from './read-transaction.ts';
export * from './records/index.ts';
export * from './requests/index.ts';
export { chainError } from './refusal.ts';
export type * from './types.ts';
export * from './wait-for-success.ts';
