const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** `12.3 MiB` or `1.34 GiB`. */
export const sizeInWords = (sizeBytes: number): string =>
  sizeBytes < GIB ? `${(sizeBytes / MIB).toFixed(1)} MiB` : `${(sizeBytes / GIB).toFixed(2)} GiB`;
