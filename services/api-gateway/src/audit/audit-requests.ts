import type { AuditRecord, OperationId, RouteDeclaration } from '@holdfast/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Input } from '../auth/route-scopes.ts';
import { brief } from './brief.ts';
import type { Audit } from './open-audit.ts';
import { judgeEnding, whatIsTold, type Told } from './what-is-told.ts';

/** What a handler adds to the record of its call. */
export type Notes = { readonly target?: string; readonly before?: unknown; readonly after?: unknown };

/** What is known of a call, for its records. */
export type Audited = {
  readonly operation: OperationId;
  readonly told: Told;
  isAsked: boolean;
  input: Input | undefined;
  notes: Notes;
};

declare module 'fastify' {
  interface FastifyRequest {
    audited: Audited | undefined;
  }
}

/** Before anything of a call can fail. */
export function beginAudit(
  operation: OperationId,
  declaration: RouteDeclaration,
  request: FastifyRequest,
): void {
  // A HEAD shows no content.
  const told = request.method === 'HEAD' ? 'plain' : whatIsTold(operation, declaration);
  request.audited = { operation, told, isAsked: false, input: undefined, notes: {} };
}

/** After a call is allowed, before it is done. Throws bus_unavailable for a change that cannot be recorded. */
export async function auditBefore(request: FastifyRequest, input: Input, audit: Audit): Promise<void> {
  const { audited } = request;
  if (!audited) return;
  audited.input = input;
  if (audited.told === 'plain') return;
  const record = recordOf(request, audited, { outcome: 'asked' });
  if (audited.told === 'change') await audit.tell(record);
  // Listing and fetching go on while the bus is away.
  else audit.tellLater(record);
  audited.isAsked = true;
}

/** Tells how each call ended, and waits for that when the gateway stops. */
export function auditEndings(app: FastifyInstance, audit: Audit): void {
  app.decorateRequest('audited');
  app.addHook('onResponse', async (request, reply) => {
    const { audited } = request;
    if (!audited) return;
    const status = reply.raw.headersSent ? reply.statusCode : undefined;
    const judged = judgeEnding({ ...audited, status });
    if (!judged) return;
    const ending = { outcome: judged.outcome, ...(status === undefined ? {} : { status }) };
    const record = recordOf(request, audited, ending, whereItWent(reply));
    if (judged.isLimited) audit.tellRefusal(record);
    else audit.tellLater(record);
  });
  app.addHook('onClose', () => audit.settled());
}

function recordOf(
  { caller, ip, id }: FastifyRequest,
  { operation, input, notes, isAsked }: Audited,
  ending: Pick<AuditRecord, 'outcome' | 'status'>,
  after?: unknown,
): AuditRecord {
  const target = notes.target ?? targetOf(input);
  const told = { before: notes.before, after: notes.after ?? after };
  return {
    action: operation,
    who: caller.name,
    credential: caller.credential ?? 'none',
    address: ip,
    requestId: id,
    ...ending,
    ...(target === undefined ? {} : { target }),
    // The second record need not say again what the first one said.
    ...(input === undefined || isAsked || Object.keys(input).length === 0 ? {} : { request: brief(input) }),
    ...(told.before === undefined ? {} : { before: brief(told.before) }),
    ...(told.after === undefined ? {} : { after: brief(told.after) }),
  };
}

const TARGETS = [
  'filename',
  'run',
  'schedule',
  'policy',
  'delivery',
  'token',
  'sequence',
  'id',
  'database',
  'name',
];

function targetOf(input: Input | undefined): string | undefined {
  for (const field of TARGETS) {
    const value = input?.[field];
    if (typeof value === 'string' || typeof value === 'number') return String(value).slice(0, 255);
  }
  return undefined;
}

/** The run that a call began. */
function whereItWent(reply: FastifyReply): unknown {
  const location = reply.getHeader('location');
  return typeof location === 'string' ? { location } : undefined;
}
