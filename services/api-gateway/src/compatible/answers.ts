import type { acceptedRunSchema, RunRecord } from '@holdfast/contracts';
import type { z } from 'zod';
import { ok, type Answer } from '../http/handler.ts';

type Success<T> = { status: 'success'; message?: string; data: T };

export const envelope = <T>(data: T, message?: string): Answer<Success<T>> =>
  ok({ status: 'success', ...(message === undefined ? {} : { message }), data });

export const said = (message: string): Answer<{ status: 'success'; message: string }> =>
  ok({ status: 'success', message });

/** 202 in the envelope. */
export function acceptedEnvelope(record: RunRecord): Answer<Success<z.output<typeof acceptedRunSchema>>> {
  const location = `/api/v1/runs/${record.id}`;
  const data = { run: record.id, state: record.state, location };
  const message = `Accepted; look at ${location} for what comes of it.`;
  return { status: 202, body: { status: 'success', message, data }, headers: { location } };
}
