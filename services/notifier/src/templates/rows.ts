import { formatBytes, formatSpan } from '../payload/format.ts';
import type { Payload } from '../payload/payload.ts';

export type Row = { readonly label: string; readonly value: string };

/** The facts in the order in which people ask for them. */
export function rowsOf(payload: Payload): readonly Row[] {
  const row = (label: string, value: string | undefined): readonly Row[] =>
    value === undefined || value === '' ? [] : [{ label, value }];
  return [
    ...row('Database', payload.database),
    ...row('Schedule', payload.schedule),
    ...row('Type', payload.type),
    ...row('File', payload.filename),
    ...row('Size', payload.sizeBytes === undefined ? undefined : formatBytes(payload.sizeBytes)),
    ...row('Duration', payload.durationMs === undefined ? undefined : formatSpan(payload.durationMs)),
    ...row('Change', payload.change),
    ...payload.details,
  ];
}

/** `code: sentence`. */
export const errorOf = (payload: Payload): string | undefined =>
  payload.error && `${payload.error.code}: ${payload.error.message}`;
