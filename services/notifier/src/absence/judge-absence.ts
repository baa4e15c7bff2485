export type AbsenceInput = {
  readonly nowMs: number;
  /** From when on something is expected at all: when the schedule came to be as it is. */
  readonly sinceMs: number;
  readonly lastSuccessMs: number | undefined;
  readonly toleranceMs: number;
  /** The first due time after a moment. */
  readonly nextDueMs: (afterMs: number) => number | undefined;
  /** When an occurrence begins for the database: jitter and blackouts. */
  readonly beginMs: (dueMs: number) => number;
};

export type Absence = {
  /** The first occurrence after the last success. */
  readonly dueMs: number;
  /** When it was too late. */
  readonly overdueSinceMs: number;
  /** Occurrences that should be over by now. */
  readonly missed: number;
};

const MOST_COUNTED = 1_000;

/** Whether what was due has not come by its due time and tolerance. A success of before an occurrence is none of it. */
export function judgeAbsence(input: AbsenceInput): Absence | undefined {
  const isLate = (dueMs: number): boolean => input.beginMs(dueMs) + input.toleranceMs <= input.nowMs;
  const first = input.nextDueMs(Math.max(input.sinceMs, input.lastSuccessMs ?? 0));
  if (first === undefined || !isLate(first)) return undefined;
  let missed = 1;
  for (let due = input.nextDueMs(first); due !== undefined && isLate(due); due = input.nextDueMs(due)) {
    missed += 1;
    if (missed >= MOST_COUNTED) break;
  }
  return { dueMs: first, overdueSinceMs: input.beginMs(first) + input.toleranceMs, missed };
}
