import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError, type Finding } from '@holdfast/contracts';
import { withClient, type SqlClient, type Target } from '@holdfast/postgres';
import { judgeCheck, type CheckAnswer } from './judge-check.ts';

/** One check must not take the night. */
const CHECK_TIMEOUT_MS = 10 * 60_000;

/**
 * Runs the SQL files of `dir`, those for all databases and those of `database`, as the unprivileged owner: it may call what
 * was restored, and that is not ours. Read only. Throws invalid_request when the folder cannot be read.
 */
export async function runChecks(dir: string, database: string, owner: Target): Promise<readonly Finding[]> {
  const files = [...(await filesIn(dir, '')), ...(await filesIn(dir, database))];
  const findings: Finding[] = [];
  for (const file of files) {
    const sql = await readFile(join(dir, file), 'utf8');
    findings.push(judgeCheck(file, await withClient(owner, (client) => ask(client, sql))));
  }
  return findings;
}

async function ask(client: SqlClient, sql: string): Promise<CheckAnswer> {
  await client.query(`set default_transaction_read_only = on; set statement_timeout = ${CHECK_TIMEOUT_MS}`);
  await client.query('begin');
  try {
    // Several statements answer several results, of which the types of `pg` know nothing.
    const answered: unknown = await client.query(sql);
    const last: unknown = Array.isArray(answered) ? answered.at(-1) : answered;
    return { rows: (last as { rows?: Record<string, unknown>[] } | undefined)?.rows ?? [] }; // a result of pg
  } catch (error) {
    const { message, code } = error as { message: string; code?: unknown }; // pg throws Errors alone
    return { message, sqlState: typeof code === 'string' ? code : undefined };
  }
}

async function filesIn(dir: string, folder: string): Promise<readonly string[]> {
  try {
    const names = await readdir(join(dir, folder));
    return names
      .filter((name) => name.endsWith('.sql'))
      .sort()
      .map((name) => join(folder, name));
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    if (isMissing && folder !== '') return [];
    throw new HoldfastError(
      'invalid_request',
      `BACKUP_DRILL_CHECKS: the folder ${join(dir, folder)} cannot be read; check the path and its rights.`,
      { cause },
    );
  }
}
