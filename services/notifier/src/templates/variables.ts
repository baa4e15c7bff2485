import { formatBytes, formatSpan } from '../payload/format.ts';
import type { Payload } from '../payload/payload.ts';
import { errorOf, rowsOf } from './rows.ts';
import { renderText } from './text.ts';

export type Variables = Readonly<Record<VariableName, string | number>>;

const priorities = { info: 3, warning: 4, critical: 5 } as const;

/** Every variable, with what it holds; empty where the event has no such thing. The documentation lists them from here. */
export const variableDocs = {
  title: 'One line: what happened.',
  text: 'Our whole plain text.',
  about: 'The event type, or `absence`, `recovery`, `reminder`, `bus`, `test`.',
  severity: '`info`, `warning` or `critical`.',
  outcome: '`success`, `failure`, `warning`, `progress` or `info`.',
  at: 'When, RFC 3339 in UTC.',
  database: "The database's id.",
  schedule: "The schedule's id.",
  type: '`full`, `differential` or `incremental`.',
  filename: "The backup's file name.",
  size: 'For people: `1.5 GB`.',
  sizeBytes: 'The same as a number.',
  duration: 'For people: `3 min 20 s`.',
  durationMs: 'The same as a number.',
  change: 'Size and duration against the last ones.',
  details: 'All other facts, `Label: value`, one a line.',
  error: '`code: sentence`.',
  errorCode: 'The stable code alone.',
  advice: 'What to do.',
  link: 'Into the console, with CONSOLE_URL.',
  run: "The run's id.",
  problem: 'Key of the problem: the same for its failures, reminders and recovery.',
  action: '`resolve` where it ends a problem, else `trigger`.',
  priority: '3, 4 or 5 by severity, a number.',
  resolved: '`yes` where it ends a problem.',
} as const;
export type VariableName = keyof typeof variableDocs;

export function variablesOf(payload: Payload): Variables {
  return {
    title: payload.title,
    text: renderText(payload),
    about: payload.about,
    severity: payload.severity,
    outcome: payload.outcome,
    at: payload.at,
    database: payload.database ?? '',
    schedule: payload.schedule ?? '',
    type: payload.type ?? '',
    filename: payload.filename ?? '',
    size: payload.sizeBytes === undefined ? '' : formatBytes(payload.sizeBytes),
    sizeBytes: payload.sizeBytes ?? '',
    duration: payload.durationMs === undefined ? '' : formatSpan(payload.durationMs),
    durationMs: payload.durationMs ?? '',
    change: payload.change ?? '',
    details: rowsOf({
      ...payload,
      database: undefined,
      schedule: undefined,
      type: undefined,
      filename: undefined,
      sizeBytes: undefined,
      durationMs: undefined,
      change: undefined,
    })
      .map(({ label, value }) => `${label}: ${value}`)
      .join('\n'),
    error: errorOf(payload) ?? '',
    errorCode: payload.error?.code ?? '',
    advice: payload.advice ?? '',
    link: payload.link ?? '',
    run: payload.run ?? '',
    problem: payload.problem ?? `${payload.about}.${payload.run ?? payload.at}`,
    action: payload.resolves ? 'resolve' : 'trigger',
    priority: priorities[payload.severity],
    resolved: payload.resolves ? 'yes' : '',
  };
}
