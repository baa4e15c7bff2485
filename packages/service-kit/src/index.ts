export * from './load-config.ts';
export * from './logger.ts';
export * from './metrics.ts';
export * from './health.ts';
export * from './admin-server.ts';
export * from './drain.ts';
export * from './run-service.ts';
