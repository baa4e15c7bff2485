import formbody from '@fastify/formbody';
import type { Failure } from '@holdfast/contracts';
import fastify, { type FastifyBaseLogger, type FastifyError, type FastifyInstance } from 'fastify';
import { randomUUID } from 'node:crypto';
import { auditEndings } from './audit/audit-requests.ts';
import { openAudit } from './audit/open-audit.ts';
import { auditHandlers } from './audit/routes.ts';
import { guessLimit } from './auth/admit.ts';
import { isLoopback } from './auth/authenticate.ts';
import { openLimit, RateLimited, type Limit } from './auth/limits.ts';
import { backupHandlers } from './backups/routes.ts';
import { compatibleHandlers } from './compatible/routes.ts';
import { deadLetterHandlers } from './dead-letters/routes.ts';
import type { GatewayDependencies } from './dependencies.ts';
import { eventHandlers } from './events/routes.ts';
import { exportHandlers } from './exports/routes.ts';
import { answerBrokenRequest } from './http/broken-request.ts';
import { closeConnections } from './http/close-connections.ts';
import { failureOfThrown, sendFailure } from './http/failures.ts';
import type { Handlers } from './http/handler.ts';
import { limitReceiving } from './http/limit-receiving.ts';
import { OneLinePerRequest } from './http/log-controller.ts';
import { parseJsonBody } from './http/parse-json-body.ts';
import { protect } from './http/protect.ts';
import { readTls } from './http/tls.ts';
import { registerRoutes } from './http/register-routes.ts';
import { observeRequests } from './http/observe-requests.ts';
import { notificationHandlers } from './notifications/routes.ts';
import { restoreHandlers } from './restores/routes.ts';
import { retentionHandlers } from './retention/routes.ts';
import { runHandlers } from './runs/routes.ts';
import { scheduleHandlers } from './schedules/routes.ts';
import { openStatus, type ReadStatus } from './status/open-status.ts';
import { statusHandlers } from './status/routes.ts';
import { serviceHandlers } from './status/service-routes.ts';
import { tokenHandlers } from './tokens/routes.ts';
import { validationHandlers } from './validations/routes.ts';

const BODY_LIMIT_BYTES = 1_048_576;
const HEADER_LIMIT_BYTES = 16_384;
/** To receive a request, not to answer it: a create may take hours. */
const RECEIVE_LIMIT_MS = 30_000;
/** As long as a URL may be, so that a name that is too long is refused as a name and not as a route. */
const PARAMETER_LIMIT = 8_192;

export const allHandlers = (
  deps: GatewayDependencies,
  readStatus: ReadStatus = openStatus(deps),
): Handlers => ({
  ...backupHandlers(deps),
  ...exportHandlers(deps),
  ...restoreHandlers(deps),
  ...validationHandlers(deps),
  ...runHandlers(deps),
  ...scheduleHandlers(deps),
  ...retentionHandlers(deps),
  ...notificationHandlers(deps),
  ...statusHandlers(deps, readStatus),
  ...tokenHandlers(deps),
  ...auditHandlers(deps),
  ...eventHandlers(deps),
  ...deadLetterHandlers(deps),
  ...compatibleHandlers(deps, readStatus),
  ...serviceHandlers(deps),
});

/** The whole HTTP interface, not listening yet. */
export async function buildApp(
  deps: GatewayDependencies,
  receiveLimitMs = RECEIVE_LIMIT_MS,
): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = deps.log;
  const { settings } = deps;
  const tls = await readTls(settings);
  const receiving = { maxHeaderSize: HEADER_LIMIT_BYTES, headersTimeout: receiveLimitMs };
  const app = fastify({
    loggerInstance,
    logController: new OneLinePerRequest(),
    return503OnClosing: false,
    bodyLimit: BODY_LIMIT_BYTES,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: PARAMETER_LIMIT },
    genReqId: (request) => {
      const theirs = request.headers['x-request-id'];
      return typeof theirs === 'string' && /^[\w.-]{1,64}$/.test(theirs) ? theirs : randomUUID();
    },
    trustProxy: settings.HOLDFAST_TRUSTED_PROXIES.length > 0 && settings.HOLDFAST_TRUSTED_PROXIES,
    ...(tls ? { https: { ...receiving, ...tls } } : { http: receiving }),
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) =>
      void sendFailure(request, reply, { failure: failureOfThrown(error) }),
    clientErrorHandler: answerBrokenRequest,
  });
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
  });
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const failure = failureOfThrown(error);
    if (failure.code === 'internal') request.log.error({ err: error }, 'a request failed');
    if (error instanceof RateLimited) void reply.header('retry-after', String(error.retryAfterSeconds));
    return sendFailure(request, reply, { failure });
  });
  app.setNotFoundHandler((request, reply) =>
    sendFailure(request, reply, { failure: notFound(request.method) }),
  );
  await protect(app, settings, limitOf(settings.HOLDFAST_RATE_LIMIT * 2));
  await app.register(formbody, { bodyLimit: BODY_LIMIT_BYTES });
  parseJsonBody(app);
  limitReceiving(app, receiveLimitMs);
  closeConnections(app);
  if (deps.tracer) (await import('./http/trace-requests.ts')).traceRequests(app, deps.tracer);
  observeRequests(app, deps.metrics);
  const audit = openAudit(deps);
  auditEndings(app, audit);
  registerRoutes(app, allHandlers(deps), {
    guard: {
      tokens: deps.tokens,
      jwt: deps.jwt,
      onLoopback: isLoopback(settings.HOLDFAST_HOST),
      calls: limitOf(settings.HOLDFAST_RATE_LIMIT),
      guesses: guessLimit(() => deps.now().getTime()),
    },
    audit,
    deps,
  });
  return app;
}

/** A minute's worth may come at once. */
const limitOf = (perMinute: number): Limit | undefined =>
  perMinute === 0 ? undefined : openLimit({ size: perMinute, perMinute }, 'Too many requests.');

const notFound = (method: string): Failure => ({
  code: 'route_not_found',
  message: `There is no such ${method} route; /openapi.json lists all of them.`,
});
