import type { z } from 'zod';
import { auditRoutes } from './audit.ts';
import { backupRoutes } from './backups.ts';
import { compatibleRoutes } from './compatible.ts';
import { deadLetterRoutes } from './dead-letters.ts';
import type { Reply, RouteDeclaration } from './declaration.ts';
import { destinationRoutes } from './destinations.ts';
import { drillRoutes } from './drills.ts';
import { eventRoutes } from './events.ts';
import { exportRoutes } from './exports.ts';
import { restoreRoutes } from './restores.ts';
import { notificationRoutes } from './notifications.ts';
import { retentionRoutes } from './retention.ts';
import { runRoutes } from './runs.ts';
import { scheduleRoutes } from './schedules.ts';
import { serviceRoutes } from './service.ts';
import { statusRoutes } from './status.ts';
import { tokenRoutes } from './tokens.ts';
import { validationRoutes } from './validations.ts';

/** Every HTTP route, by its operation id. */
export const routes = {
  ...backupRoutes,
  ...exportRoutes,
  ...restoreRoutes,
  ...validationRoutes,
  ...drillRoutes,
  ...runRoutes,
  ...scheduleRoutes,
  ...retentionRoutes,
  ...notificationRoutes,
  ...statusRoutes,
  ...destinationRoutes,
  ...tokenRoutes,
  ...auditRoutes,
  ...eventRoutes,
  ...deadLetterRoutes,
  ...compatibleRoutes,
  ...serviceRoutes,
} as const satisfies Record<string, RouteDeclaration>;

export type Routes = typeof routes;
export type OperationId = keyof Routes;
export const operationIds = Object.keys(routes) as OperationId[]; // Object.keys forgets the literal types

type SchemaAt<R, K extends string> = R extends { readonly [P in K]: infer S extends z.ZodType }
  ? S
  : undefined;
type Input<S> = S extends z.ZodType ? z.input<S> : unknown;
type Output<S> = S extends z.ZodType ? z.output<S> : undefined;
type ReplyBody<R> = R extends { readonly schema: infer S extends z.ZodType } ? z.output<S> : never;

/** What a caller gives: parameters, query and body in one object. Their names never collide; a test holds that. */
export type OperationInput<K extends OperationId> = Input<SchemaAt<Routes[K], 'params'>> &
  Input<SchemaAt<Routes[K], 'query'>> &
  Input<SchemaAt<Routes[K], 'body'>> &
  Input<SchemaAt<Routes[K], 'form'>>;

/** What a handler gets, checked and with defaults. */
export type OperationRequest<K extends OperationId> = {
  readonly params: Output<SchemaAt<Routes[K], 'params'>>;
  readonly query: Output<SchemaAt<Routes[K], 'query'>>;
  readonly body: Output<SchemaAt<Routes[K], 'body'>>;
};

/** The body of any success; `never` where the route answers with bytes, text or a stream. */
export type OperationOutput<K extends OperationId> = {
  [S in keyof Routes[K]['replies']]: ReplyBody<Routes[K]['replies'][S]>;
}[keyof Routes[K]['replies']];

export function repliesOf(operation: OperationId): readonly (readonly [number, Reply])[] {
  return Object.entries(routes[operation].replies).map(([status, reply]) => [Number(status), reply]);
}
