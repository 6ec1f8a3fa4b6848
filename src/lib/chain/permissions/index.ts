export * from './await-permission.ts';
export * from './cancel-permission.ts';
export { messageTypes, termsOf, type MessageName, type Unsigned } from './messages.ts';
export * from './relay-permission.ts';
export * from './sign-permission.ts';
