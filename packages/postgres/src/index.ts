export { PostgresError, type PostgresErrorCode } from './postgres-error.ts';

export { describeTarget, parseTarget, type Target } from './connection/target.ts';
export { closeClient, openClient, withClient, type SqlClient } from './connection/client.ts';
export { postgresFailure } from './connection/postgres-failure.ts';
export { quoteIdentifier, quoteLiteral } from './connection/quote.ts';

export type { Tools } from './tools/tools.ts';
export { findTools } from './tools/find-tools.ts';
export { chooseTools } from './tools/plan-tools.ts';

export { openSnapshot, type Snapshot } from './dump/snapshot.ts';
export { showBeginning, type Shown } from './bytes/show-beginning.ts';
export { openOutputPipe, PIECE_BYTES, type OutputPipe, type PieceSource } from './child/output-pipe.ts';
export { startDump, startDumpInto, type Dump, type DumpOptions } from './dump/start-dump.ts';
export { startParallelDump, type ParallelDump, type ParallelDumpOptions } from './dump/parallel-dump.ts';
export { dumpActivity, type DumpActivity } from './dump/activity.ts';
export { dumpGlobals } from './dump/globals.ts';
export { createRoles } from './roles/create-roles.ts';
export { planRoles } from './roles/plan-roles.ts';

export type { Selection } from './selection/selection.ts';
export { planJobs, scratchNeed, type PlannedJobs } from './scratch/plan-jobs.ts';
export { freeBytes, removeStaleScratch } from './scratch/scratch.ts';

export type { ComparisonFinding, Fingerprint } from './fingerprint/fingerprint.ts';
export { takeFingerprint, type FingerprintOptions } from './fingerprint/take-fingerprint.ts';
export { compareFingerprints } from './fingerprint/judge-fingerprints.ts';

export { isSuperuserContent } from './restore/plan-entries.ts';
export { restoreDump, type RestoreOptions } from './restore/restore-dump.ts';
export { restoreParallel, type ParallelRestoreOptions } from './restore/parallel-restore.ts';
export { checkDumpStructure } from './restore/check-structure.ts';
export { readContentsOf, type DumpContents, type DumpContentsOptions } from './contents/read-contents-of.ts';
export type { ContentsEntry } from './contents/describe-entries.ts';
export { restorePlainSql, type PlainSqlOptions } from './restore/restore-plain-sql.ts';
export { checkPlainSql, looksLikeSql, type PlainSqlFacts } from './restore/check-plain-sql.ts';

export {
  databaseExists,
  dropDatabase,
  getDatabaseComment,
  listDatabases,
  renameDatabase,
  setDatabaseComment,
} from './swap/databases.ts';
export { createDatabaseLike } from './swap/create-database-like.ts';
export { copyDatabaseSettings } from './swap/copy-database-settings.ts';
export { swapDatabases, type SwapOptions } from './swap/swap-databases.ts';
export { preflightSwap, type PreflightFinding, type ServerNeeds } from './swap/preflight-swap.ts';
export { preflightInPlace, type InPlacePreflight } from './swap/preflight-in-place.ts';

export { stopLeftover } from './cluster/leftover.ts';
export { isAlive } from './child/pass-file.ts';
export { sizeInWords } from './scratch/size-in-words.ts';
export { startCluster, type Cluster, type ClusterOptions } from './cluster/start-cluster.ts';
export { unprivilegedUser, type SystemUser } from './cluster/unprivileged-user.ts';
