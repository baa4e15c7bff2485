export * from './bus.ts';
export { RetryLater } from './retry-later.ts';
