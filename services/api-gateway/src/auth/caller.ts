import type { Permission } from '@holdfast/contracts';
import type { Scope } from './scopes.ts';

/** Who asks, and what they may. */
export type Caller = {
  readonly name: string;
  /** All of them, with whatever databases. */
  readonly permissions: readonly Permission[];
  /** What with which databases; absent: each permission with all of them. */
  readonly scopes?: readonly Scope[];
  /** `token:<id>`, `jwt:<subject>`; absent: none. */
  readonly credential?: string;
};

/** On public routes nobody asks. */
export const ANONYMOUS: Caller = { name: 'anonymous', permissions: [] };
