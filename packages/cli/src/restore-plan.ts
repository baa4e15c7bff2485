import type { RestoreMode } from '@holdfast/contracts';

export type RestorePlan = {
  /** PostgreSQL's name of the database that the content goes to. */
  readonly databaseName: string;
  readonly mode: RestoreMode;
  readonly safetyBackup: boolean;
  readonly keepExtra: boolean;
  /** A file without a manifest. */
  readonly foreign?: { readonly trustFile: boolean } | undefined;
  /** A server is there for `backup-admin undo`. */
  readonly canUndo: boolean;
  /** BACKUP_VALIDATE_BEFORE_RESTORE. */
  readonly validateFirst: boolean;
};

/** What will happen, step by step, for somebody who is to say yes to it. */
export function describeRestore(plan: RestorePlan): readonly string[] {
  const name = `"${plan.databaseName}"`;
  const safety = plan.safetyBackup
    ? [`${name} is backed up first`]
    : [`${name} is NOT backed up first (--no-safety-backup)`];
  const validation = plan.validateFirst
    ? ['the backup is read to its end, and nothing is touched unless it is good']
    : [];
  const rights = plan.foreign
    ? [
        plan.foreign.trustFile
          ? 'what the file brings runs with all rights of the connection (--trust-file)'
          : "what the file brings runs with the rights of the database's owner",
      ]
    : [];
  switch (plan.mode) {
    case 'swap':
      return [
        ...validation,
        ...safety,
        plan.foreign
          ? 'the file is restored beside it; it has no manifest, so nothing is compared'
          : 'the backup is restored beside it and compared with what was backed up',
        ...rights,
        `then it takes the place of ${name}: sessions on it are ended, half a second`,
        plan.canUndo
          ? 'the previous content stays beside it for a while: "backup-admin undo" brings it back'
          : 'the previous content stays beside it for a while, under another name',
      ];
    case 'in-place':
      return [
        ...validation,
        ...safety,
        ...rights,
        `what is in ${name} is replaced in one transaction; its tables are locked until the end`,
        plan.keepExtra
          ? 'objects that the backup does not know stay as they are'
          : 'it is refused if there are objects that the backup does not know (--keep-extra leaves them alone)',
        plan.safetyBackup
          ? 'it is undone by restoring the safety backup, and by nothing else'
          : 'this cannot be undone',
      ];
    case 'new':
      return [...rights, `a new database ${name} is made and filled; no other is touched`];
    default:
      return plan.mode satisfies never;
  }
}
