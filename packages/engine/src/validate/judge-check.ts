import type { Finding } from '@holdfast/contracts';

/** What a check's last statement answered, or PostgreSQL's error. */
export type CheckAnswer =
  | { readonly rows: readonly Readonly<Record<string, unknown>>[] }
  | { readonly sqlState: string | undefined; readonly message: string };

/** The check itself is wrong, or took too long: that says nothing of the backup. */
const SAYS_NOTHING = new Set(['42601', '57014', '25006', '0A000']);

/** A check holds when its last statement answers one row with one value, true. */
export function judgeCheck(name: string, answer: CheckAnswer): Finding {
  const check = `check ${name}`;
  if ('message' in answer) {
    const outcome = SAYS_NOTHING.has(answer.sqlState ?? '') ? 'inconclusive' : 'failed';
    return { check, outcome, detail: answer.message };
  }
  const [row, ...more] = answer.rows;
  const values = Object.values(row ?? {});
  if (row === undefined || more.length > 0 || values.length !== 1) {
    const detail = `it must answer one row with one value and answered ${answer.rows.length} rows`;
    return { check, outcome: 'failed', detail };
  }
  return values[0] === true
    ? { check, outcome: 'ok', detail: 'true' }
    : { check, outcome: 'failed', detail: `it answered ${JSON.stringify(values[0])} instead of true` };
}
