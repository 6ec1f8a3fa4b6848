export * from './request-access.ts';
export * from './request-id.ts';
export * from './withdraw-request.ts';
