/** What outsiders import of `crypto`; attribute-based encryption is in `abe/index.ts`. */
export { bind, type Bindable } from './bind.ts';
export { domains, type Domain } from './domains.ts';
export * from './envelope.ts';
export * from './hpke.ts';
export * from './keyring.ts';
export * from './stream.ts';
export { randomBytes, sha256 } from './webcrypto.ts';
