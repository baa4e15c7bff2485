export * from './archive.ts';
export * from './archive-error.ts';
export * from './write/pack-archive.ts';
export * from './read/unpack-archive.ts';
export * from './read/inspect-archive.ts';
