export * from './archive.ts';
export * from './archive-error.ts';
export * from './pack-archive.ts';
export * from './unpack-archive.ts';
