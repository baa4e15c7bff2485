import type { Severity } from '@holdfast/contracts';
import type { Outcome } from '../payload/payload.ts';

/** Which messages go to which channels. What is absent does not restrict. */
export type Route = {
  readonly id: string;
  readonly channels: readonly string[];
  /** Patterns over event types with * and ?. */
  readonly types?: readonly string[] | undefined;
  readonly outcomes?: readonly Outcome[] | undefined;
  /** At least. */
  readonly severity?: Severity | undefined;
  /** Patterns over database ids; what has no database fits `*` alone. */
  readonly databases?: readonly string[] | undefined;
  /** Hears that a problem it was told of is over. */
  readonly recoveries: boolean;
  /** Hears again of a problem that lasts. */
  readonly reminders: boolean;
};
