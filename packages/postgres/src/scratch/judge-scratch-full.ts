/** Whether a program could not write its own files. The server may be full as well: then its ERROR says so. */
export const isScratchFull = (stderr: string): boolean =>
  /^(?:pg_\w+: )+error: (?!.*ERROR: {2}).*(?:No space left on device|Disk quota exceeded)/m.test(stderr);
