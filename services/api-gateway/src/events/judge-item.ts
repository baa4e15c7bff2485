import type { Caller } from '../auth/caller.ts';
import { may } from '../auth/scopes.ts';
import type { FeedItem } from './event-feed.ts';

export type Wanted = {
  readonly database?: string | undefined;
  /** A type, or its beginning and a `*`. */
  readonly type?: string | undefined;
  readonly progress: boolean;
};

/** Whether one who watches wants it, and may see it. Pure. */
export function isFor(item: FeedItem, wanted: Wanted, caller: Caller): boolean {
  const database = item.kind === 'event' ? item.event.database : item.database;
  if (wanted.database !== undefined && wanted.database !== database) return false;
  if (!may(caller, 'event:read', database)) return false;
  if (item.kind === 'progress') return wanted.progress;
  const { type } = item.event;
  if (type.startsWith('audit.') && !may(caller, 'audit:read', undefined)) return false;
  return wanted.type === undefined || matches(wanted.type, type);
}

const matches = (wanted: string, type: string): boolean =>
  wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
