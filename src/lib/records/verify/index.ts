/** Checking a record, a transaction, an exported log or a file against the chain and the clouds. */
export { verifyFile } from './file.ts';
export { readPublicAudits, type PublicAudit, type PublicChallenge } from './public-audits.ts';
export { readPasted, type Pasted } from './pasted.ts';
export * from './types.ts';
export { crossCheckVerification, verifyNumber } from './verify.ts';
