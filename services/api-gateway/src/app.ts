import formbody from '@fastify/formbody';
import type { Failure } from '@holdfast/contracts';
import fastify, { type FastifyBaseLogger, type FastifyError, type FastifyInstance } from 'fastify';
import { randomUUID } from 'node:crypto';
import { isLoopback } from './auth/authenticate.ts';
import { backupHandlers } from './backups/routes.ts';
import { compatibleHandlers } from './compatible/routes.ts';
import type { GatewayDependencies } from './dependencies.ts';
import { exportHandlers } from './exports/routes.ts';
import { answerBrokenRequest } from './http/broken-request.ts';
import { closeConnections } from './http/close-connections.ts';
import { failureOfThrown, sendFailure } from './http/failures.ts';
import type { Handlers } from './http/handler.ts';
import { limitReceiving } from './http/limit-receiving.ts';
import { OneLinePerRequest } from './http/log-controller.ts';
import { parseJsonBody } from './http/parse-json-body.ts';
import { registerRoutes } from './http/register-routes.ts';
import { observeRequests } from './http/observe-requests.ts';
import { notificationHandlers } from './notifications/routes.ts';
import { restoreHandlers } from './restores/routes.ts';
import { retentionHandlers } from './retention/routes.ts';
import { runHandlers } from './runs/routes.ts';
import { scheduleHandlers } from './schedules/routes.ts';
import { statusHandlers } from './status/routes.ts';
import { serviceHandlers } from './status/service-routes.ts';
import { validationHandlers } from './validations/routes.ts';

const BODY_LIMIT_BYTES = 1_048_576;
const HEADER_LIMIT_BYTES = 16_384;
/** To receive a request, not to answer it: a create may take hours. */
const RECEIVE_LIMIT_MS = 30_000;
/** As long as a URL may be, so that a name that is too long is refused as a name and not as a route. */
const PARAMETER_LIMIT = 8_192;

export const allHandlers = (deps: GatewayDependencies): Handlers => ({
  ...backupHandlers(deps),
  ...exportHandlers(deps),
  ...restoreHandlers(deps),
  ...validationHandlers(deps),
  ...runHandlers(deps),
  ...scheduleHandlers(deps),
  ...retentionHandlers(deps),
  ...notificationHandlers(deps),
  ...statusHandlers(deps),
  ...compatibleHandlers(deps),
  ...serviceHandlers(deps),
});

/** The whole HTTP interface, not listening yet. */
export async function buildApp(deps: GatewayDependencies): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = deps.log;
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
    http: { maxHeaderSize: HEADER_LIMIT_BYTES, headersTimeout: RECEIVE_LIMIT_MS },
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
    return sendFailure(request, reply, { failure });
  });
  app.setNotFoundHandler((request, reply) =>
    sendFailure(request, reply, { failure: notFound(request.method) }),
  );
  await app.register(formbody, { bodyLimit: BODY_LIMIT_BYTES });
  parseJsonBody(app);
  limitReceiving(app, RECEIVE_LIMIT_MS);
  closeConnections(app);
  observeRequests(app, deps.metrics);
  registerRoutes(app, allHandlers(deps), {
    tokens: deps.tokens,
    onLoopback: isLoopback(deps.settings.HOLDFAST_HOST),
  });
  return app;
}

const notFound = (method: string): Failure => ({
  code: 'route_not_found',
  message: `There is no such ${method} route; /openapi.json lists all of them.`,
});
