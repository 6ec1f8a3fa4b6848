/** What screens, scripts and tests call. In Node the engine is `engine.ts`; in a browser `openEngine` starts the one worker. */
export type { Address, ChainConfig, CrossCheck, EndpointReport, Evidence, Fault, Hash } from '#lib/chain/index.ts';
export {
	discard,
	enoughFor,
	nameOf,
	storeConfigSchema,
	type RemovalAnswer,
	type StoreConfig,
} from '#lib/storage/index.ts';
export * from './abandoned.ts';
export * from './account.ts';
export * from './adding.ts';
export * from './administrators.ts';
export { givesLinks, makeAuditLinks, readAuditLinks, type AuditLinks } from './audit-links.ts';
export * from './audits.ts';
export * from './cache.ts';
export * from './challenges.ts';
export * from './clouds.ts';
export * from './config.ts';
export { opensCommitment, type Opening } from './commitments.ts';
export * from './consent.ts';
export { deliverKeys } from './deliver-keys.ts';
export * from './deps.ts';
export * from './documents.ts';
export * from './erase.ts';
export type { Engine } from './engine.ts';
export { openEngine } from './engine-client.ts';
export { listFilecoinProofs, type FilecoinProofs } from './filecoin-proofs.ts';
export * from './holdings.ts';
export * from './hospitals.ts';
export * from './identity.ts';
export * from './inputs.ts';
export * from './log.ts';
export * from './log-types.ts';
export * from './move.ts';
export * from './open.ts';
export { policyOutlook, type PolicyOutlook } from './outlook.ts';
export * from './permissions.ts';
export { personView } from './people.ts';
export { forgetPlaced, listPlaced, registerPlaced } from './placed.ts';
export { policyChoice, policyText } from './policy.ts';
export * from './repair.ts';
export { openingOf, provesRequest } from './request-details.ts';
export * from './requests.ts';
export * from './record-types.ts';
export { countOutdated, resealRecords, type Outdated, type Resealed } from './reseal.ts';
export * from './retry.ts';
export * from './revoke-all.ts';
export * from './save.ts';
export * from './session.ts';
export * from './sharing.ts';
export * from './teams.ts';
export * from './timeline.ts';
export * from './treatments.ts';
export * from './types.ts';
export { forgetUnfinished, listUnfinished } from './unfinished.ts';
export * from './verify/index.ts';
