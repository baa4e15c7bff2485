/** pg_dump, pg_restore, psql and pg_dumpall of one major, in one folder. */
export type Tools = {
  readonly major: number;
  /** As they say it: `15.18`. */
  readonly version: string;
  readonly dir: string;
  /** Whether initdb and postgres stand beside them, so that a private cluster can be started. */
  readonly serverBinaries: boolean;
};
