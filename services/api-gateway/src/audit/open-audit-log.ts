import { HoldfastError } from '@holdfast/contracts';
import {
  connectDatabase,
  listAudit,
  readChain,
  type AuditFilter,
  type AuditPage,
  type ChainLink,
} from '@holdfast/database';

/** The chain as history keeps it. Everything throws history_unavailable while that cannot be asked. */
export interface AuditLog {
  list(filter: AuditFilter): Promise<AuditPage>;
  /** Links behind a number, in order. */
  links(after: number, limit: number): Promise<readonly ChainLink[]>;
  close(): Promise<void>;
}

const missing = (): Promise<never> => {
  const message = 'The audit is kept by history; set HISTORY_DATABASE_URL here, and run the history service.';
  return Promise.reject(new HoldfastError('history_unavailable', message));
};

/** No HISTORY_DATABASE_URL: the records wait in the stream. */
export const noAuditLog: AuditLog = { list: missing, links: missing, close: () => Promise.resolve() };

/** Connects with the first question, and on its own: nobody waits for it who only wants a list of backups. */
export function openAuditLog(url: string | undefined): AuditLog {
  if (url === undefined) return noAuditLog;
  const db = connectDatabase(url, {
    applicationName: 'holdfast-api-gateway-audit',
    maxConnections: 2,
    connectTimeoutMs: 2_000,
    queryTimeoutMs: 10_000,
  });
  return {
    list: (filter) => orNotPrepared(listAudit(db, filter)),
    links: (after, limit) => orNotPrepared(readChain(db, after, limit)),
    close: () => db.destroy(),
  };
}

/** PostgreSQL's word for a table or schema that is not there. */
const NOT_THERE = new Set(['42P01', '3F000', '42501']);

async function orNotPrepared<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (!NOT_THERE.has(code)) throw cause;
    const message = 'The audit cannot be read; is the history service running, and of this release?';
    throw new HoldfastError('history_unavailable', message, { cause });
  }
}
