import type { z } from 'zod';
import type { ErrorCode } from '../errors.ts';
import type { Permission } from './permissions.ts';

/** One answer of a route. Without a schema the body is bytes or text of `contentType`. */
export type Reply = {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** [application/json] */
  readonly contentType?: string;
};

/**
 * One HTTP route, declared once: the gateway validates and routes by it, the client is typed by it, OpenAPI is
 * generated from it.
 */
export type RouteDeclaration = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Parameters as `:name`. */
  readonly path: `/${string}`;
  readonly tag:
    | 'backups'
    | 'restores'
    | 'validations'
    | 'runs'
    | 'schedules'
    | 'retention'
    | 'notifications'
    | 'access'
    | 'dead letters'
    | 'events'
    | 'status'
    | 'service'
    | 'compatible';
  readonly summary: string;
  readonly permission: Permission | 'public';
  /** Answered without a token while the gateway listens on a loopback address only. */
  readonly openOnLoopback?: true;
  /** How a failure looks: RFC 9457 problem details, or the envelope that existing clients know. */
  readonly failureShape: 'problem' | 'envelope';
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodObject;
  /** The body may also come as `application/x-www-form-urlencoded`. */
  readonly acceptsForm?: true;
  /** The body comes as `multipart/form-data`, and the handler takes its parts one by one: a file may be larger than memory. */
  readonly form?: z.ZodObject;
  /** Makes a run, so it takes an `Idempotency-Key`. */
  readonly makesRun?: true;
  /** Answers when the work is done, unless asked with `Prefer: respond-async` or `?wait=0`. */
  readonly waits?: true;
  /** By status; 2xx only. */
  readonly replies: Readonly<Record<number, Reply>>;
  /** Codes it may fail with, beside those that every route shares. */
  readonly errors: readonly ErrorCode[];
};

/** Keeps the literal types of a feature's declarations and checks their shape. */
export const declareRoutes = <const R extends Readonly<Record<string, RouteDeclaration>>>(routes: R): R =>
  routes;
