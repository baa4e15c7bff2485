import type { BackupType, Pin, RetentionPolicy } from '@holdfast/contracts';

/** One backup at one place, with all that a plan must know of it. */
export type BackupFacts = {
  readonly name: string;
  readonly filename: string;
  readonly type: BackupType;
  readonly createdAt: string;
  readonly sizeBytes: number;
  /** Why it was made; `safety` has a grace. */
  readonly trigger: string;
  /** Names of what it builds on, nearest first; a full has none. */
  readonly ancestors: readonly string[];
  /** What part of the database it holds, in a form that is equal for equal parts; absent: all of it. */
  readonly part?: string;
  /** A drill restored it. */
  readonly isProven?: boolean;
  /** A validation found it broken, or its data is gone. */
  readonly isBroken?: boolean;
  readonly pin?: Pick<Pin, 'reason' | 'until'>;
  /** Why it must stay for now, in words: `restore 0190… reads it`. */
  readonly inUse?: string;
};

export type RetentionQuestion = {
  readonly database: string;
  /** Id of the destination; absent: the primary one. */
  readonly destination?: string | undefined;
  /** Of this database at this place, in any order. */
  readonly backups: readonly BackupFacts[];
  readonly policy: RetentionPolicy;
  readonly now: Date;
  /** Of one request, beside the policy: nothing older stays unprotected. */
  readonly maxAgeMs?: number | undefined;
  /** How long a safety backup is protected [7 days]. */
  readonly safetyKeepMs?: number | undefined;
};
