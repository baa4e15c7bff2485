import type { Transaction } from 'kysely';
import type { Tables } from '../connection/tables.ts';

/** One step of the schema, never changed after its release. `name` orders and identifies it. */
export type Migration = {
  readonly name: string;
  readonly up: (tx: Transaction<Tables>) => Promise<void>;
};
