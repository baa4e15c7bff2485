import type { Permission } from '@holdfast/contracts';
import type { Caller } from './caller.ts';
import type { About } from './route-scopes.ts';
import { may } from './scopes.ts';

type Row = Readonly<Record<string, unknown>>;

/** An answer without the rows of databases that the caller may not see. Pages may come out shorter than asked for. Pure. */
export function showOwn(
  body: unknown,
  about: About | undefined,
  caller: Caller,
  permission: Permission,
): unknown {
  if (about?.kind !== 'list' || may(caller, permission, undefined) || !isRow(body)) return body;
  const shown: Record<string, unknown> = { ...body };
  let hidden = 0;
  for (const field of about.fields) {
    const rows = body[field];
    if (!Array.isArray(rows)) continue;
    const own = rows.filter((row: unknown) => isRow(row) && may(caller, permission, databaseOf(row, field)));
    hidden += rows.length - own.length;
    shown[field] = own;
  }
  if (typeof body['total'] === 'number') shown['total'] = Math.max(0, body['total'] - hidden);
  return shown;
}

/** A row's database: by its field, by its own id where it is one, by the folder of its key. */
function databaseOf(row: Row, field: string): string | undefined {
  const { database, id, key } = row;
  if (typeof database === 'string') return database === '_default' ? undefined : database;
  if (field === 'databases' && typeof id === 'string') return id;
  return field === 'problems' && typeof key === 'string' ? key.split('/')[0] : undefined;
}

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null;
