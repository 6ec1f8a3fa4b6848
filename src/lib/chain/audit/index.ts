export * from './attest-failure.ts';
export * from './cloud-id.ts';
export * from './open-challenge.ts';
export * from './answer-challenge.ts';
export * from './read-audit-events.ts';
export * from './read-challenge.ts';
export * from './read-pdp-events.ts';
export * from './read-samples.ts';
