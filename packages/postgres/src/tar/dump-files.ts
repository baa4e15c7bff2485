/** Every name that pg_dump gives a file of its directory format, uncompressed. */
const DUMP_FILE = /^(?:toc\.dat|\d{1,10}\.dat|blobs\.toc|blobs_\d{1,10}\.toc|blob_\d{1,10}\.dat)$/;

export const TOC_FILE = 'toc.dat';

export const isDumpFile = (name: string): boolean => DUMP_FILE.test(name);

/** The file lists large objects, a line `oid file` each. */
export const isLargeObjectList = (name: string): boolean => name.startsWith('blobs');

/** The files that such a list names. */
export const filesListed = (list: string): readonly string[] =>
  list.split('\n').flatMap((line) => line.split(' ')[1] ?? []);
