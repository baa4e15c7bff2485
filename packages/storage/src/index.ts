export * from './storage.ts';
export * from './storage-error.ts';
export * from './local/local-storage.ts';
export * from './memory-storage.ts';
export * from './faulty-storage.ts';
