import { runIdSchema } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { derivedRunId, newRunId } from './run-id.ts';

test('a new id is a UUID of version 7 that sorts by time', () => {
  const earlier = newRunId(new Date('2026-01-01T00:00:00Z'));
  const later = newRunId(new Date('2026-01-01T00:00:00.001Z'));
  expect(runIdSchema.parse(earlier)).toBe(earlier);
  expect(earlier[14]).toBe('7');
  expect(earlier < later).toBe(true);
});

test('a derived id is stable, of version 8, and differs by name', () => {
  expect(derivedRunId('nightly:2026-01-01T03:00:00Z')).toBe(derivedRunId('nightly:2026-01-01T03:00:00Z'));
  expect(derivedRunId('a')).not.toBe(derivedRunId('b'));
  expect(runIdSchema.parse(derivedRunId('a'))[14]).toBe('8');
});
