export * from './finality.ts';
export type { ChainEvent, EventName, EventOf } from './events.ts';
export { latestBlock } from './logs.ts';
export * from './read-events.ts';
export * from './read-history.ts';
export * from './watch-history.ts';
