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
import { authenticate, type Guard } from '../auth/authenticate.ts';
import { ANONYMOUS, type Caller } from '../auth/caller.ts';
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

/** The one adapter between declarations and Fastify: permission, input, answer. */
export function registerRoutes(app: FastifyInstance, handlers: Handlers, guard: Guard): void {
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
      onRequest: async (request) => admit(operation, declaration, request, guard),
      preValidation: async (request) => refuseForeignBody(declaration, request),
      handler: async (request, reply) => {
        const { params, query, body } = request;
        return send(request, reply, await handle({ params, query, body }, contextOf(request, reply)));
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

async function admit(
  operation: OperationId,
  declaration: RouteDeclaration,
  request: FastifyRequest,
  guard: Guard,
): Promise<void> {
  request.caller = ANONYMOUS;
  const { permission } = declaration;
  if (permission === 'public' || (declaration.openOnLoopback && guard.onLoopback)) return;
  request.caller = await authenticate(guard.tokens, request.headers.authorization);
  if (request.caller.permissions.includes(permission)) return;
  throw new HoldfastError(
    'forbidden',
    `${request.caller.name} may not do ${operation}: it needs the permission ${permission}.`,
  );
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

function contextOf(request: FastifyRequest, reply: FastifyReply): CallContext {
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
