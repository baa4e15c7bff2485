export * from './bus.ts';
export { RetryLater } from './retry-later.ts';
export { connectBus } from './connect-bus.ts';
export { provision, type Topology } from './provision.ts';
export { findNatsServer } from './find-nats-server.ts';
export { startNatsServer, type NatsServer, type NatsServerOptions } from './nats-server.ts';
export { permissionsOf, type BusNames, type Permissions } from './permissions-of.ts';
export { sharedServerConfig, type SharedServerSettings } from './shared-server-config.ts';
export { seedOf, type UserSeed } from './user-seeds.ts';
