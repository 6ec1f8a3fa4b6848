/** What the screens watch. Pages without a wallet import `public.ts` instead, which is lighter. */
export { Action, type ActionState, type ActionTools } from './action.svelte.ts';
export { attention, type AttentionItem, type AttentionKind } from './attention.svelte.ts';
export {
	adders,
	administrators,
	asSession,
	audits,
	clouds,
	filecoinProofs,
	grants,
	holdings,
	outdated,
	patients,
	placed,
	records,
	recordsOf,
	requests,
	teams,
	unfinished,
} from './lists.svelte.ts';
export { Session, session } from './session.svelte.ts';
export type { FirstVisit, SessionStatus, SessionWork } from './session-state.svelte.ts';
export { encryption, encryptionLibraries, type EncryptionLibrary } from './encryption.svelte.ts';
export { keepUp } from './upkeep.svelte.ts';
export { uploads, type Upload, type UploadState } from './uploads.svelte.ts';
export * from './public.ts';
export type { DemoAccount, WalletChoice } from '#lib/wallet/index.ts';
