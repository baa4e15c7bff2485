/**
 * Whether a program could not write its own files. The server may be full as well: then its ERROR says so. Several processes
 * write at once, so that a line may begin with anything.
 */
export const isScratchFull = (stderr: string): boolean =>
  /^(?!.*ERROR: {2}).*(?:No space left on device|Disk quota exceeded)/m.test(stderr);
