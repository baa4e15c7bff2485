import { routes } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { planRequest } from './call.ts';

test.each([
  [
    'a path parameter is escaped',
    routes.getBackup,
    { filename: 'vor dem Umzug/ä?.sql' },
    { method: 'GET', target: '/api/v1/backups/vor%20dem%20Umzug%2F%C3%A4%3F.sql', body: undefined },
  ],
  [
    'filters go into the query, what is undefined does not',
    routes.listRuns,
    { kind: 'backup', limit: 5, database: undefined },
    { method: 'GET', target: '/api/v1/runs?kind=backup&limit=5', body: undefined },
  ],
  [
    'the rest is the body',
    routes.cancelRun,
    { run: 'r1', reason: 'too late' },
    { method: 'POST', target: '/api/v1/runs/r1/cancel', body: '{"reason":"too late"}' },
  ],
  [
    'query and body side by side',
    routes.legacyCreateBackup,
    { filename: 'a.sql', wait: '0' },
    { method: 'POST', target: '/api/v1/admin/backups?wait=0', body: '{"filename":"a.sql"}' },
  ],
  [
    'no declared body, no body',
    routes.undoRestore,
    { run: 'r1' },
    { method: 'POST', target: '/api/v1/restores/r1/undo', body: undefined },
  ],
])('%s', (_name, declaration, input, expected) => {
  expect(planRequest(declaration, input)).toEqual(expected);
});
