import { Readable } from 'node:stream';
import type { GatewayDependencies } from '../dependencies.ts';
import { ok, type Handlers } from '../http/handler.ts';
import { exportChain } from './export-chain.ts';

export const auditHandlers = ({
  auditLog,
}: Pick<GatewayDependencies, 'auditLog'>): Pick<Handlers, 'listAudit' | 'exportAudit'> => ({
  listAudit: async ({ query }) => ok(await auditLog.list(query)),
  exportAudit: async (_request, { isHead }) => {
    // Before the first byte goes out: then a failure still has a status.
    await auditLog.links(0, 1);
    return {
      status: 200,
      stream: isHead ? undefined : Readable.from(exportChain(auditLog)),
      headers: {
        'content-type': 'application/x-ndjson',
        'content-disposition': 'attachment; filename="holdfast-audit.jsonl"',
      },
    };
  },
});
