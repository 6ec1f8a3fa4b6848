/**
 * Attribute-based encryption with many authorities: keys and capsules are bytes, policies are strings (docs/abe.md).
 */
export { formatAttribute, parseAttribute, type Address, type Attribute } from './attribute.ts';
export { createAuthority } from './authority.ts';
export { policyOf } from './capsule.ts';
export { renewPolicy } from './epochs.ts';
export { decapsulate, encapsulate, type Decapsulation, type Encapsulation } from './kem.ts';
export { issueKey, verifyKey, type KeyHolder } from './key.ts';
export { loadBackend, type AbeOptions, type Backend } from './options.ts';
export { proveAuthority, verifyAuthority, type Possession, type ProofOfPossession } from './possession.ts';
export { explain, openedByOne, policyAttributes, satisfies, whoSatisfies } from './satisfies.ts';
