import { createHash } from 'node:crypto';
import { auditRecordSchema, type AuditRecord } from '@holdfast/contracts';
import { z } from 'zod';

// The chain: hash(n) = sha256(hash(n-1) + newline + record(n)), from GENESIS on. Pure, all of it.

export const GENESIS = '0'.repeat(64);

export type ChainPoint = { readonly number: number; readonly hash: string };

/** A row as it is stored. */
export type ChainLink = ChainPoint & {
  readonly at: string;
  readonly action: string;
  readonly who: string;
  readonly outcome: string;
  readonly target: string | null;
  readonly record: string;
  readonly previousHash: string;
};

const recordSchema = z.object({ event: z.string(), at: z.string(), record: auditRecordSchema });

/** The text that is hashed: the same for the same event, in whatever order its fields come. */
export const recordText = (event: string, at: string, record: AuditRecord): string =>
  JSON.stringify(sorted({ event, at: new Date(at).toISOString(), record }));

/** What a record's text says; undefined: it is none. */
export function readRecord(text: string): z.infer<typeof recordSchema> | undefined {
  try {
    return recordSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export const hashAfter = (previousHash: string, record: string): string =>
  createHash('sha256').update(`${previousHash}\n${record}`).digest('hex');

/** What is wrong with a row that follows `previous`, in words; undefined: nothing. */
export function checkLink(previous: ChainPoint, link: ChainLink): string | undefined {
  if (link.number !== previous.number + 1) return `record ${previous.number + 1} is gone`;
  if (link.previousHash !== previous.hash) return `record ${link.number} does not follow the one before it`;
  if (hashAfter(previous.hash, link.record) !== link.hash) return `record ${link.number} was changed`;
  const told = readRecord(link.record);
  if (!told) return `record ${link.number} cannot be read`;
  const { action, who, outcome, target = null } = told.record;
  const isSame =
    action === link.action &&
    who === link.who &&
    outcome === link.outcome &&
    target === link.target &&
    Date.parse(told.at) === Date.parse(link.at);
  return isSame ? undefined : `record ${link.number} says something else than its columns`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
