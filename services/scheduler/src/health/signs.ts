import type { Presence, Schedule, ScheduleState } from '@holdfast/contracts';
import type { DatabaseMemory, StorageLevel } from './memory.ts';

/** One destination as it was last looked at. */
export type StorageSign = {
  readonly destination: string;
  /** Why nothing can be stored there; absent: all is well. */
  readonly failure?: string;
  readonly freeBytes?: number;
  readonly usedBytes?: number;
  readonly usedPercent?: number;
  readonly daysUntilFull?: number;
  readonly level: StorageLevel;
};

export type ScheduleSign = {
  readonly schedule: Schedule;
  readonly state: ScheduleState | undefined;
  /** After what is dealt with; in the past: it is late. */
  readonly nextDueAtMs: number | undefined;
  readonly intervalMs: number | undefined;
  readonly databases: readonly string[];
};

/** Everything that is looked at, gathered at one moment. Times are milliseconds. */
export type Signs = {
  readonly nowMs: number;
  readonly storage: readonly StorageSign[];
  readonly schedules: readonly ScheduleSign[];
  readonly databases: Readonly<Record<string, DatabaseMemory>>;
  readonly services: readonly Pick<Presence, 'service' | 'instance' | 'release' | 'resources'>[];
  /** Services of which no process is there, and since when. */
  readonly missing: Readonly<Record<string, number>>;
  readonly deadLetters: number;
  /** Events that wait for a durable consumer. */
  readonly pending: readonly { readonly durable: string; readonly events: number }[];
};

export type Limits = {
  readonly schedulesFire: boolean;
  /** 0: no drill is promised. */
  readonly drillEveryMs: number;
  readonly toleranceMs: number;
  readonly warnPercent: number;
  readonly criticalPercent: number;
};

/** One thing that was looked at. `check` is stable; `detail` says what is wrong and what to do, or what is well. */
export type Check = {
  readonly check: string;
  readonly subject?: string;
  readonly outcome: 'ok' | 'warning' | 'critical';
  readonly detail: string;
};
