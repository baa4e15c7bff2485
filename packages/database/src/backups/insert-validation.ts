import type { RunId, ValidationResult } from '@holdfast/contracts';
import type { HistoryTransaction } from '../connection/connect-database.ts';

export type ValidationChange = {
  readonly run: RunId;
  readonly database: string | undefined;
  readonly at: string;
  readonly sequence: number;
  readonly result: ValidationResult;
};

/** Idempotent: the first result of a run stays. */
export async function insertValidation(tx: HistoryTransaction, change: ValidationChange): Promise<void> {
  const { run, database, at, sequence, result } = change;
  await tx
    .insertInto('validations')
    .values({
      run,
      backup: result.name,
      filename: result.filename,
      database: database ?? null,
      level: result.level,
      verdict: result.verdict,
      findings: JSON.stringify(result.findings),
      duration_ms: result.durationMs,
      at,
      first_sequence: sequence,
    })
    .onConflict((conflict) => conflict.column('run').doNothing())
    .execute();
}
