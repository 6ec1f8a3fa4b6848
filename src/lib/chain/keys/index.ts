export * from './change-keyring.ts';
export * from './has-keys.ts';
export * from './publish-keys.ts';
export * from './read-keys.ts';
