import type { Backup, Foreign } from '@holdfast/contracts';

/** What `list` shows: a backup of ours, or a file without a manifest. */
export type Listed = Backup | Foreign;

/** As contracts' own, without loading all of it for a verb's help. */
export const isForeign = (listed: Listed): listed is Foreign => 'origin' in listed;
