import type { z } from 'zod';
import { errorKinds, type ErrorCode } from './errors.ts';
import type { Reply, RouteDeclaration } from './http/declaration.ts';
import { envelopeFailureSchema, problemSchema, sharedErrors } from './http/failures.ts';
import { createSchemaCollector, type JsonSchema } from './http/json-schema.ts';
import { operationIds, repliesOf, routes, type OperationId } from './http/routes.ts';

type SchemaOf = ReturnType<typeof createSchemaCollector>['schemaOf'];

/** The whole HTTP interface as an OpenAPI 3.1 document, made of the declarations alone. */
export function openapiDocument(release: string): Readonly<Record<string, unknown>> {
  const { schemaOf, components } = createSchemaCollector();
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operationIds) {
    const declaration: RouteDeclaration = routes[operation];
    const path = declaration.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = {
      ...paths[path],
      [declaration.method.toLowerCase()]: describeOperation(operation, declaration, schemaOf),
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Holdfast',
      version: release,
      description:
        'PostgreSQL backup and restore that proves its backups restore. Routes under `/api/v1/admin/backups` speak the envelope that existing clients know; all others fail with RFC 9457 problem details.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'An API token, `hf_…`.' } },
      schemas: components(),
    },
  };
}

function describeOperation(
  operation: OperationId,
  declaration: RouteDeclaration,
  schemaOf: SchemaOf,
): unknown {
  const isPublic = declaration.permission === 'public';
  return {
    operationId: operation,
    tags: [declaration.tag],
    summary: declaration.summary,
    ...(isPublic ? { security: [] } : { 'x-permission': declaration.permission }),
    parameters: [
      ...parametersIn('path', declaration.params, schemaOf),
      ...parametersIn('query', declaration.query, schemaOf),
      ...headersOf(declaration),
    ],
    ...(declaration.body ? { requestBody: requestBody(declaration, declaration.body, schemaOf) } : {}),
    ...(declaration.form ? { requestBody: formBody(declaration.form, schemaOf) } : {}),
    responses: {
      ...Object.fromEntries(
        repliesOf(operation).map(([status, reply]) => [status, describeReply(status, reply, schemaOf)]),
      ),
      ...describeFailures(declaration, schemaOf),
    },
  };
}

function parametersIn(
  place: 'path' | 'query',
  schema: z.ZodObject | undefined,
  schemaOf: SchemaOf,
): readonly JsonSchema[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, JsonSchema>;
    required?: readonly string[];
  }; // the JSON Schema of an object
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

function headersOf({ makesRun, waits }: RouteDeclaration): readonly JsonSchema[] {
  const header = (name: string, description: string): JsonSchema => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  });
  return [
    ...(makesRun ? [header('Idempotency-Key', 'The same key and request make one run; kept for 24 h.')] : []),
    ...(waits ? [header('Prefer', '`respond-async`: answer 202 with the run at once.')] : []),
  ];
}

function requestBody(declaration: RouteDeclaration, body: z.ZodObject, schemaOf: SchemaOf): unknown {
  const schema = schemaOf(body, 'input');
  return {
    required: !body.safeParse({}).success,
    content: {
      'application/json': { schema },
      ...(declaration.acceptsForm ? { 'application/x-www-form-urlencoded': { schema } } : {}),
    },
  };
}

const formBody = (form: z.ZodObject, schemaOf: SchemaOf): unknown => ({
  required: true,
  content: { 'multipart/form-data': { schema: schemaOf(form, 'input') } },
});

function describeReply(status: number, reply: Reply, schemaOf: SchemaOf): unknown {
  const contentType = reply.contentType ?? 'application/json';
  const schema = reply.schema ? schemaOf(reply.schema, 'output') : { type: 'string' };
  return {
    description: reply.description,
    ...(status === 202 ? { headers: { Location: { schema: { type: 'string' } } } } : {}),
    content: { [contentType]: { schema } },
  };
}

function describeFailures(
  declaration: RouteDeclaration,
  schemaOf: SchemaOf,
): Readonly<Record<number, unknown>> {
  const codes = new Set<ErrorCode>([
    ...(declaration.permission === 'public' ? [] : sharedErrors),
    ...(declaration.body ? (['payload_too_large'] as const) : []),
    ...declaration.errors,
  ]);
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const { httpStatus } = errorKinds[code];
    byStatus.set(httpStatus, [...(byStatus.get(httpStatus) ?? []), code]);
  }
  const content =
    declaration.failureShape === 'problem'
      ? { 'application/problem+json': { schema: schemaOf(problemSchema, 'output') } }
      : { 'application/json': { schema: schemaOf(envelopeFailureSchema, 'output') } };
  return Object.fromEntries(
    [...byStatus].map(([status, ofStatus]) => [
      status,
      { description: ofStatus.map((code) => `\`${code}\`: ${errorKinds[code].meaning}`).join(' '), content },
    ]),
  );
}
