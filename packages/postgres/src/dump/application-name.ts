/** PostgreSQL cuts application names at 63 bytes; ours are ASCII. */
const MAX_LENGTH = 63;
const ENDING = ' pg_dump';

/** How pg_dump's own session is told from the one that holds the snapshot. */
export const dumpApplicationName = (applicationName: string): string =>
  applicationName.slice(0, MAX_LENGTH - ENDING.length) + ENDING;
