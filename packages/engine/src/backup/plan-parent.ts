import type { BackupType, Manifest } from '@holdfast/contracts';

/** What a backup is made as. `because`: why it is a full although something else was asked for. */
export type ParentPlan =
  | { readonly type: 'full'; readonly because?: string }
  | {
      readonly type: 'differential' | 'incremental';
      readonly parent: Manifest;
      /** How the parent's chunks are known: it is read, or the ids beside it are. */
      readonly by: 'reading' | 'ids';
    };

export type ParentOptions = {
  /** How many backups may build one on another, the full included. */
  readonly maxChain: number;
  readonly codec: Manifest['backup']['compression'];
  readonly format: Manifest['data']['format'];
  /** Whether this process has keys that read encrypted backups. */
  readonly canDecrypt: boolean;
  /** Whether it has the key that opens the ids beside them. */
  readonly hasIndexKey: boolean;
};

/**
 * The backup that a new one builds on: for a differential the newest full, for an incremental the newest of any type. A
 * full where there is none: a smaller backup is a wish, a backup is not. `present`: the database's, any order.
 */
export function planParent(
  wanted: BackupType,
  present: readonly Manifest[],
  options: ParentOptions,
): ParentPlan {
  if (wanted === 'full') return { type: 'full' };
  if (options.codec !== 'zstd')
    return { type: 'full', because: `with compression ${options.codec} every backup is a full` };
  const runs = new Set(present.map(({ backup }) => backup.run));
  const isComplete = ({ ancestors }: Manifest): boolean => ancestors.every(({ run }) => runs.has(run));
  const ofType = present.filter(
    ({ backup, data }) =>
      (wanted === 'incremental' || backup.type === 'full') &&
      backup.compression !== 'none' &&
      backup.selection === undefined &&
      data.format === options.format,
  );
  const isReadable = ({ backup }: Manifest): boolean => options.canDecrypt || !backup.encrypted;
  const readable = ofType.filter((each) => isReadable(each) || (options.hasIndexKey && each.ids));
  const [parent] = readable
    .filter(isComplete)
    .toSorted((a, b) => b.backup.createdAt.localeCompare(a.backup.createdAt));
  if (parent && parent.ancestors.length + 1 < options.maxChain)
    return { type: wanted, parent, by: isReadable(parent) ? 'reading' : 'ids' };
  return { type: 'full', because: reason(wanted, parent, ofType, readable, options) };
}

function reason(
  wanted: BackupType,
  parent: Manifest | undefined,
  ofType: readonly Manifest[],
  readable: readonly Manifest[],
  options: ParentOptions,
): string {
  if (parent) return `the chain has BACKUP_MAX_CHAIN = ${options.maxChain} backups`;
  if (readable.length > 0) return 'the backups that it could build on lack backups of their own';
  if (ofType.length > 0)
    return `the backups that it could build on are encrypted, and this process has no key to read them${options.hasIndexKey ? ', nor have they chunk ids' : ''}`;
  return `there is no ${wanted === 'differential' ? 'full ' : ''}backup yet that it could build on`;
}
