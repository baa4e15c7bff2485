import {
  envelopeFailureOf,
  errorKinds,
  failureOf,
  problemOf,
  type Failure,
  type RouteDeclaration,
} from '@holdfast/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What is away comes back in about that time, or is away for longer than anybody waits. */
const RETRY_AFTER_SECONDS = '5';

const EXISTING_CLIENTS = '/api/v1/admin/backups';

type Shape = RouteDeclaration['failureShape'];
type Failed = {
  readonly failure: Failure;
  readonly run?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly data?: unknown;
};

/** Where no route matched, the path tells which clients would be asking. */
export const shapeOfPath = (url: string): Shape =>
  url === EXISTING_CLIENTS || url.startsWith(`${EXISTING_CLIENTS}/`) || url.startsWith(`${EXISTING_CLIENTS}?`)
    ? 'envelope'
    : 'problem';

export const shapeOf = (request: FastifyRequest): Shape =>
  request.routeOptions?.config?.declaration?.failureShape ?? shapeOfPath(request.url);

export function sendFailure(request: FastifyRequest, reply: FastifyReply, failed: Failed): FastifyReply {
  const { failure, run, data } = failed;
  const circumstances = { requestId: request.id, run };
  const { httpStatus } = errorKinds[failure.code];
  if (httpStatus === 503) void reply.header('retry-after', RETRY_AFTER_SECONDS);
  void reply.code(httpStatus).headers(failed.headers ?? {});
  if (failure.code === 'unauthorized') void reply.header('www-authenticate', 'Bearer realm="holdfast"');
  if (shapeOf(request) === 'envelope') {
    return reply.send({
      ...envelopeFailureOf(failure, circumstances),
      ...(data === undefined ? {} : { data }),
    });
  }
  // Set as bytes, so that Fastify keeps the media type as it is.
  void reply.header('content-type', 'application/problem+json; charset=utf-8');
  const current = data === undefined ? {} : { current: data };
  return reply.send(JSON.stringify({ ...problemOf(failure, circumstances), ...current }));
}

/** Fastify's own refusals, in our codes and words. */
const FASTIFY_FAILURES: Readonly<Record<string, Failure>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    code: 'payload_too_large',
    message: 'The request body is larger than 1 MB; these routes take small JSON bodies only.',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'invalid_request',
    message: 'This Content-Type is not understood here; send application/json.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'invalid_request',
    message: 'The body is not as long as its Content-Length says.',
  },
  FST_ERR_BAD_URL: {
    code: 'invalid_request',
    message: 'The address has a broken percent escape; encode file names with encodeURIComponent.',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: {
    code: 'invalid_request',
    message: 'The body is not valid JSON.',
  },
};

/** The failure behind whatever was thrown on the way. What nobody foresaw says nothing of our insides. */
export function failureOfThrown(error: unknown): Failure {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const known = FASTIFY_FAILURES[code];
  if (known) return known;
  if (error instanceof SyntaxError && 'statusCode' in error) {
    return { code: 'invalid_request', message: `The body is not valid JSON: ${error.message}.` };
  }
  const failure = failureOf(error);
  if (failure.code !== 'internal') return failure;
  return {
    code: 'internal',
    message: 'Something failed that should not; the log has the details under this request id.',
  };
}
