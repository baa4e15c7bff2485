import { expect, test } from 'vitest';
import { errorKinds } from '../errors.ts';
import { openapiDocument } from '../openapi.ts';
import type { RouteDeclaration } from './declaration.ts';
import { permissions } from './permissions.ts';
import { operationIds, repliesOf, routes } from './routes.ts';

const declarations: readonly (readonly [string, RouteDeclaration])[] = Object.entries(routes);

test('nothing but these routes is public', () => {
  const open = declarations.filter(([, declaration]) => declaration.permission === 'public');
  expect(open.map(([operation]) => operation)).toEqual(['getLiveness', 'getReadiness', 'getOpenapi']);
});

test.each(declarations)(
  '%s declares a known permission, path parameters and replies',
  (_operation, declaration) => {
    expect([...permissions, 'public']).toContain(declaration.permission);
    const inPath = [...declaration.path.matchAll(/:(\w+)/g)].map((match) => match[1]);
    expect(Object.keys(declaration.params?.shape ?? {})).toEqual(inPath);
    for (const status of Object.keys(declaration.replies)) expect(status).toMatch(/^2\d\d$/);
  },
);

test.each(declarations)(
  '%s has no name twice in path, query and body, so that a client can take one object',
  (_operation, declaration) => {
    const names = [declaration.params, declaration.query, declaration.body].flatMap((schema) =>
      Object.keys(schema?.shape ?? {}),
    );
    expect(new Set(names).size).toBe(names.length);
  },
);

test.each(declarations)('%s answers in the shape of its path', (_operation, declaration) => {
  const existing = declaration.path.startsWith('/api/v1/admin/backups');
  expect(declaration.failureShape).toBe(existing ? 'envelope' : 'problem');
});

test('no method and path is declared twice', () => {
  const keys = declarations.map(([, { method, path }]) => `${method} ${path}`);
  expect(new Set(keys).size).toBe(keys.length);
});

test('everything that makes a run and waits can be asked not to', () => {
  for (const [, declaration] of declarations.filter(([, each]) => each.waits)) {
    expect(Object.keys(declaration.query?.shape ?? {})).toContain('wait');
    expect(Object.keys(declaration.replies)).toContain('202');
  }
});

test('the routes of existing clients are there, to the letter', () => {
  const paths = declarations.map(([, { method, path }]) => `${method} ${path}`);
  const expected = [
    'POST /api/v1/admin/backups',
    'GET /api/v1/admin/backups',
    'GET /api/v1/admin/backups/download/:filename',
    'DELETE /api/v1/admin/backups/:filename',
    'POST /api/v1/admin/backups/restore',
    'POST /api/v1/admin/backups/upload',
    'POST /api/v1/admin/backups/enhanced',
    'POST /api/v1/admin/backups/enhanced/restore',
    'GET /api/v1/admin/backups/status',
    'POST /api/v1/admin/backups/validate/:filename',
    'GET /api/v1/admin/backups/history',
  ];
  for (const route of expected) expect(paths).toContain(route);
});

test('the OpenAPI document describes every operation, and each of its references leads somewhere', () => {
  const document = openapiDocument('1.2.3');
  const text = JSON.stringify(document);
  for (const operation of operationIds) expect(text).toContain(`"operationId":"${operation}"`);
  const { schemas } = document['components'] as { schemas: Record<string, unknown> }; // made by us
  const references = [...text.matchAll(/"\$ref":"([^"]*)"/g)].map((match) => match[1] ?? '');
  expect(references.length).toBeGreaterThan(20);
  for (const reference of references) {
    expect(reference).toMatch(/^#\/components\/schemas\//);
    expect(Object.keys(schemas)).toContain(reference.replace('#/components/schemas/', ''));
  }
  expect(text).not.toContain('$defs');
});

test('every failure code of a route has a status', () => {
  for (const [, declaration] of declarations) {
    for (const code of declaration.errors) expect(errorKinds[code].httpStatus).toBeGreaterThanOrEqual(400);
  }
  expect(repliesOf('createBackup').map(([status]) => status)).toEqual([202]);
});
