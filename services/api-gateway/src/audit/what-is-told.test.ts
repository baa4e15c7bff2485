import { operationIds, routes, type RouteDeclaration } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { judgeEnding, whatIsTold } from './what-is-told.ts';

test('what changes nothing and reveals nothing, by name', () => {
  const plain = operationIds.filter((each) => whatIsTold(each, routes[each]) === 'plain');
  const changing = plain.filter((each) => (routes[each] as RouteDeclaration).method !== 'GET');
  expect(changing).toEqual(['planRetention', 'previewNotifications']);
  expect(whatIsTold('createRestore', routes.createRestore)).toBe('change');
  expect(whatIsTold('downloadBackup', routes.downloadBackup)).toBe('reveal');
  expect(whatIsTold('listBackups', routes.listBackups)).toBe('plain');
});

test.each([
  ['a change that was done', { told: 'change', isAsked: true, status: 202 }, 'done', false],
  ['a change that was not possible', { told: 'change', isAsked: true, status: 409 }, 'refused', false],
  ['a change that broke', { told: 'change', isAsked: true, status: 500 }, 'failed', false],
  ['nobody waited for the answer', { told: 'change', isAsked: true, status: undefined }, 'failed', false],
  ['a change that was malformed', { told: 'change', isAsked: false, status: 400 }, 'refused', true],
  ['a change whose record failed', { told: 'change', isAsked: false, status: 503 }, 'failed', true],
  ['a stranger who lists', { told: 'plain', isAsked: false, status: 401 }, 'refused', true],
  ['one who may not', { told: 'reveal', isAsked: false, status: 403 }, 'refused', true],
  ['one who asks too often', { told: 'plain', isAsked: false, status: 429 }, 'refused', true],
  ['a list', { told: 'plain', isAsked: false, status: 200 }, undefined, undefined],
  ['a name that is not there', { told: 'plain', isAsked: false, status: 404 }, undefined, undefined],
] as const)('%s', (_name, ending, outcome, isLimited) => {
  expect(judgeEnding(ending)).toEqual(outcome === undefined ? undefined : { outcome, isLimited });
});
