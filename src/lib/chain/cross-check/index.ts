/** Whether several endpoints tell the same of the chain, and which of them is wrong. */
export * from './cross-check.ts';
export * from './record-word.ts';
export type { WordPlace } from './state.ts';
export type { CrossCheck, EndpointReport, Evidence, Fault } from './types.ts';
