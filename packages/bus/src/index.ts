export * from './bus.ts';
export { RetryLater } from './retry-later.ts';
export { connectBus } from './connect-bus.ts';
export { provision, type Topology } from './provision.ts';
