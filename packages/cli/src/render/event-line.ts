import type { Followed } from '@holdfast/client';
import type { Screen } from './fields.ts';
import { plainText } from './plain-text.ts';
import { phaseLabel } from './progress-line.ts';
import { formatBytes } from './quantities.ts';
import { displayWidth, padEnd, cutEnd } from './width.ts';

/** Those of most types and databases; longer ones push what follows. */
const TYPE_WIDTH = 20;
const DATABASE_WIDTH = 10;
/** A terminal narrower than this has the time of day alone: what happened matters more. */
const ROOM_FOR_DATES = 100;

/** One event in one line: when, what, of which database, and what its data says first. */
export function lineOf({ style, terminal }: Screen, followed: Followed): string {
  const told = followed.kind === 'event' ? partsOfEvent(followed.event) : partsOfProgress(followed.progress);
  const paint = /failed|missed|lost|missing|warning|dead/.test(told.type)
    ? style.danger
    : followed.kind === 'progress'
      ? style.dim
      : style.accent;
  const width = terminal.stdout.columns ?? Number.POSITIVE_INFINITY;
  const head = [
    style.dim(told.at.slice(width < ROOM_FOR_DATES ? 11 : 0, 19).replace('T', ' ')),
    paint(padEnd(told.type, TYPE_WIDTH)),
    padEnd(told.database, DATABASE_WIDTH),
  ].join('  ');
  const room = width - displayWidth(head) - 2;
  return `${head}  ${room > 0 ? cutEnd(told.detail, room) : ''}`.trimEnd();
}

type Parts = {
  readonly at: string;
  readonly type: string;
  readonly database: string;
  readonly detail: string;
};

function partsOfEvent({
  time,
  type,
  database,
  subject,
  data,
}: Extract<Followed, { kind: 'event' }>['event']): Parts {
  return {
    at: time,
    type: plainText(type),
    database: plainText(database ?? ''),
    detail: withSubject(plainText(detailOf(data)), plainText(subject)),
  };
}

/** Files and runs bear the same last eight digits: told once. */
function withSubject(detail: string, subject: string): string {
  const name = isRun(subject) ? subject.slice(-8) : subject;
  return detail.includes(name) ? detail : `${detail}  ${name}`.trimStart();
}

const isRun = (subject: string): boolean => /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(subject);

function partsOfProgress(progress: Extract<Followed, { kind: 'progress' }>['progress']): Parts {
  const { at, run, phase, rawBytes, bytesPerSecond } = progress;
  const rate = bytesPerSecond > 0 ? `, ${formatBytes(bytesPerSecond)}/s` : '';
  return {
    at,
    type: 'progress',
    database: '',
    detail: `${phaseLabel(phase)} ${formatBytes(rawBytes)}${rate}  ${run.slice(-8)}`,
  };
}

/** Fields that say most, whatever the type; the first that is there is told. */
const TELLING = ['filename', 'title', 'action', 'message', 'rule', 'schedule', 'service', 'destination'];

function detailOf(data: unknown): string {
  if (typeof data !== 'object' || data === null) return '';
  const fields = data as Readonly<Record<string, unknown>>; // an object, checked
  const error = fields['error'];
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  const inner: readonly Readonly<Record<string, unknown>>[] = [
    'backup',
    'result',
    'schedule',
    'issue',
  ].flatMap((name) => {
    const value = fields[name];
    return typeof value === 'object' && value !== null ? [{ ...value }] : [];
  });
  for (const each of [fields, ...inner])
    for (const name of TELLING) if (typeof each[name] === 'string' && each[name] !== '') return each[name];
  return '';
}
