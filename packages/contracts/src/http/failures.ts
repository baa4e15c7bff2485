import { z } from 'zod';
import { errorKinds, failureSchema, type ErrorCode, type Failure } from '../errors.ts';
import { runIdSchema } from '../ids.ts';

const code = failureSchema.shape.code;

/** RFC 9457, `application/problem+json`: how our own routes fail. */
export const problemSchema = z
  .object({
    type: z.string().describe('`urn:holdfast:error:<code>`'),
    title: z.string().describe('What the code means.'),
    status: z.number().int(),
    detail: z.string().describe('What happened here, and what to do next.'),
    instance: z.string().optional().describe("The request's id, as in the log and in `x-request-id`."),
    code,
    run: runIdSchema.optional().describe('The run that failed, where there is one.'),
    current: z
      .unknown()
      .optional()
      .describe('With `version_conflict`: what is there now; its version is in ETag.'),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;

/** How the routes that existing clients know fail. `code`, `run` and `request_id` are our additions. */
export const envelopeFailureSchema = z
  .object({
    status: z.literal('error'),
    error: z.string(),
    message: z.string().optional(),
    code: code.optional(),
    run: runIdSchema.optional(),
    request_id: z.string().optional(),
    data: z.unknown().optional(),
  })
  .meta({ id: 'EnvelopeFailure' });
export type EnvelopeFailure = z.infer<typeof envelopeFailureSchema>;

/** The success envelope around `data`. */
export const envelopeOf = <T extends z.ZodType>(data: T) =>
  z.object({ status: z.literal('success'), message: z.string().optional(), data });

/** The success envelope of a route that has nothing to say but a sentence. */
export const emptyEnvelopeSchema = z.object({ status: z.literal('success'), message: z.string() });

type Circumstances = { readonly requestId?: string; readonly run?: string | undefined };

export function problemOf(failure: Failure, { requestId, run }: Circumstances = {}): Problem {
  const { httpStatus, meaning } = errorKinds[failure.code];
  return {
    type: `urn:holdfast:error:${failure.code}`,
    title: meaning,
    status: httpStatus,
    detail: failure.message,
    code: failure.code,
    ...(requestId === undefined ? {} : { instance: requestId }),
    ...(run === undefined ? {} : { run }),
  };
}

export function envelopeFailureOf(failure: Failure, { requestId, run }: Circumstances = {}): EnvelopeFailure {
  return {
    status: 'error',
    error: failure.message,
    code: failure.code,
    ...(requestId === undefined ? {} : { request_id: requestId }),
    ...(run === undefined ? {} : { run }),
  };
}

/** Codes that any route with a token may fail with. */
export const sharedErrors: readonly ErrorCode[] = [
  'invalid_request',
  'unauthorized',
  'forbidden',
  'rate_limited',
  'identity_unavailable',
  'internal',
];
