import multipart from '@fastify/multipart';
import {
  HoldfastError,
  operationIds,
  routes,
  type OperationId,
  type RouteDeclaration,
} from '@holdfast/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { z } from 'zod';
import { auditBefore, beginAudit } from '../audit/audit-requests.ts';
import type { Audit } from '../audit/open-audit.ts';
import { admit, Forbidden, type Guard } from '../auth/admit.ts';
import { ANONYMOUS, type Caller } from '../auth/caller.ts';
import { checkScope } from '../auth/check-scope.ts';
import { routeScopes, type Input } from '../auth/route-scopes.ts';
import { may } from '../auth/scopes.ts';
import { showOwn } from '../auth/show-own.ts';
import type { GatewayDependencies } from '../dependencies.ts';
import { describeIssues } from './describe-issues.ts';
import { sendFailure } from './failures.ts';
import { readParts } from './read-parts.ts';
import type { Answer, CallContext, Handlers } from './handler.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly declaration?: RouteDeclaration;
  }
  interface FastifyRequest {
    caller: Caller;
  }
}

type AnyHandler = (request: unknown, context: CallContext) => Promise<Answer<unknown>>;

/** Who is let in, what is told of it, and what it takes to look that up. */
export type Door = { readonly guard: Guard; readonly audit: Audit; readonly deps: GatewayDependencies };

/** The one adapter between declarations and Fastify: permission, input, answer. */
export function registerRoutes(app: FastifyInstance, handlers: Handlers, { guard, audit, deps }: Door): void {
  app.decorateRequest('caller');
  register(app, false);
  // Forms are understood where they are wanted alone: elsewhere they are refused by their type.
  app.register(async (forms) => {
    await forms.register(multipart);
    register(forms, true);
  });

  function register(scope: FastifyInstance, withForms: boolean): void {
    for (const operation of operationIds) {
      if (((routes[operation] as RouteDeclaration).form !== undefined) === withForms)
        registerRoute(scope, operation);
    }
  }

  function registerRoute(scope: FastifyInstance, operation: OperationId): void {
    const declaration: RouteDeclaration = routes[operation];
    const handle = handlers[operation] as unknown as AnyHandler; // its input is what the declaration's schemas make
    scope.route({
      method: methodsOf(declaration),
      url: declaration.path,
      config: { declaration },
      schema: schemasOf(declaration),
      validatorCompiler: ({ schema, httpPart }) =>
        compile(schema as unknown as z.ZodObject, httpPart ?? 'request'), // schemasOf puts zod there
      onRequest: async (request) => {
        request.caller = ANONYMOUS;
        beginAudit(operation, declaration, request);
        request.caller = await admit(operation, declaration, request, guard).catch((error: unknown) => {
          if (error instanceof Forbidden) request.caller = error.caller;
          throw error;
        });
      },
      preValidation: async (request) => refuseForeignBody(declaration, request),
      preHandler: async (request) => {
        const input = inputOf(request);
        const { permission } = declaration;
        const { caller } = request;
        if (permission !== 'public' && caller !== ANONYMOUS) {
          await checkScope(deps, { operation, permission, caller, input });
        }
        await auditBefore(request, input, audit);
      },
      handler: async (request, reply) => {
        const { params, query, body, caller } = request;
        const answer = await handle({ params, query, body }, contextOf(request, reply, declaration));
        if (!('body' in answer) || declaration.permission === 'public') return send(request, reply, answer);
        const shown = showOwn(answer.body, routeScopes[operation], caller, declaration.permission);
        return send(request, reply, { ...answer, body: shown });
      },
    });
  }
}

/** HEAD where it costs nothing or is promised; not on streams that never end by themselves. */
function methodsOf({ method, replies }: RouteDeclaration): HTTPMethods[] {
  const endless = Object.values(replies).some((reply) => reply.contentType === 'text/event-stream');
  return method === 'GET' && !endless ? ['GET', 'HEAD'] : [method];
}

function schemasOf({ params, query, body }: RouteDeclaration): Record<string, z.ZodObject> {
  return {
    ...(params ? { params } : {}),
    ...(query ? { querystring: query } : {}),
    ...(body ? { body } : {}),
  };
}

const PLACES: Readonly<Record<string, string>> = { params: 'path', querystring: 'query', body: 'body' };

function compile(
  schema: z.ZodObject,
  httpPart: string,
): (data: unknown) => { value: unknown } | { error: Error } {
  return (data) => {
    const parsed = schema.safeParse(data ?? {});
    if (parsed.success) return { value: parsed.data };
    const message = describeIssues(PLACES[httpPart] ?? httpPart, parsed.error.issues);
    return { error: new HoldfastError('invalid_request', message) };
  };
}

/** Names in path, query and body never collide. */
function inputOf({ params, query, body }: FastifyRequest): Input {
  return { ...(params as Input), ...(query as Input), ...(typeof body === 'object' ? (body as Input) : {}) }; // checked by then
}

function refuseForeignBody(declaration: RouteDeclaration, request: FastifyRequest): void {
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  if (isForm && declaration.body && !declaration.acceptsForm) {
    throw new HoldfastError('invalid_request', 'This route takes no form; send application/json.');
  }
  if (declaration.body || declaration.failureShape === 'envelope') return;
  const isEmpty =
    request.body === undefined || request.body === null || Object.keys(request.body).length === 0;
  if (!isEmpty) throw new HoldfastError('invalid_request', 'This route takes no body; leave it out.');
}

function contextOf(
  request: FastifyRequest,
  reply: FastifyReply,
  { permission }: RouteDeclaration,
): CallContext {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  const { headers } = request;
  const prefer = String(headers.prefer ?? '').toLowerCase();
  const wait = (request.query as { readonly wait?: unknown }).wait; // a string where the declaration has it
  const key = headers['idempotency-key'];
  return {
    caller: request.caller,
    requestId: request.id,
    sees: (database) => permission === 'public' || may(request.caller, permission, database),
    note: (notes) => {
      if (request.audited) request.audited.notes = { ...request.audited.notes, ...notes };
    },
    headers,
    isHead: request.method === 'HEAD',
    idempotencyKey: typeof key === 'string' && key !== '' ? key : undefined,
    respondAsync: wait === '0' || prefer.split(/[,;]\s*/).includes('respond-async'),
    gone: gone.signal,
    parts: () => readParts(request),
  };
}

function send(request: FastifyRequest, reply: FastifyReply, answer: Answer<unknown>): FastifyReply {
  if ('failure' in answer) return sendFailure(request, reply, answer);
  void reply.code(answer.status).headers(answer.headers ?? {});
  return reply.send('stream' in answer ? answer.stream : answer.body);
}
