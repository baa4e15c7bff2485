import type { OperationId, RouteDeclaration } from '@holdfast/contracts';

/** `change`: not done before its record is safe. `reveal`: contents or secrets are shown. `plain`: refusals alone are told. */
export type Told = 'change' | 'reveal' | 'plain';

/** They are asked with a body, and change nothing. */
const PLAIN: ReadonlySet<OperationId> = new Set(['planRetention', 'previewNotifications']);

const REVEALS: ReadonlySet<OperationId> = new Set([
  'downloadBackup',
  'exportBackup',
  'getBackupContents',
  'legacyDownloadBackup',
  'listTokens',
  'listAudit',
  'exportAudit',
  'getDeadLetter',
  'watchEvents',
]);

/** What the audit tells of a route. A route that is new and changes something is a change. Pure. */
export function whatIsTold(operation: OperationId, { method, permission }: RouteDeclaration): Told {
  if (permission === 'public' || PLAIN.has(operation)) return 'plain';
  if (REVEALS.has(operation)) return 'reveal';
  return method === 'GET' ? 'plain' : 'change';
}

export type Ending = {
  readonly told: Told;
  /** A record of the beginning is there. */
  readonly isAsked: boolean;
  /** Undefined: the client left before there was an answer. */
  readonly status: number | undefined;
};

export type Judged = {
  readonly outcome: 'done' | 'refused' | 'failed';
  /** Strangers can make as many of these as they like, so not each is told. */
  readonly isLimited: boolean;
};

/** What is to be told when a request has ended; undefined: nothing. Pure. */
export function judgeEnding({ told, isAsked, status }: Ending): Judged | undefined {
  const outcome = outcomeOf(status);
  if (isAsked) return { outcome, isLimited: false };
  const isDenied = status === 401 || status === 403 || status === 429;
  if (isDenied || (told === 'change' && outcome !== 'done')) return { outcome, isLimited: true };
  return undefined;
}

function outcomeOf(status: number | undefined): Judged['outcome'] {
  if (status === undefined || status >= 500) return 'failed';
  return status >= 400 ? 'refused' : 'done';
}
