import type { DeadLetter } from '@holdfast/bus';
import { HoldfastError } from '@holdfast/contracts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { driveGateway, type Driver } from '../../test/driver.ts';
import { outcomeOf } from '../../test/builders.ts';

let gateway: Driver;
let letters: DeadLetter[] = [];
beforeEach(async () => {
  gateway = await driveGateway();
  letters = [1, 2, 3].map((sequence) => ({
    sequence,
    event: { ...outcomeOf('backup.cancelled', { by: 'secret of the event' }), subject: `run-${sequence}` },
    reason: { code: 'invalid_request', message: 'no' },
    durable: 'validator_backup_completed',
    deliveryCount: 1,
    at: '2026-01-01T00:00:00Z',
  }));
  vi.spyOn(gateway.memory, 'deadLetters').mockImplementation(async function* (sequence) {
    yield* letters.filter((each) => sequence === undefined || each.sequence === sequence);
  });
  vi.spyOn(gateway.memory, 'removeDeadLetter').mockImplementation(async (sequence) => {
    letters = letters.filter((each) => each.sequence !== sequence);
  });
});
afterEach(() => gateway.app.close());

test('they are listed newest first, without their events', async () => {
  const response = await gateway.call('GET', '/api/v1/dead-letters?limit=2');
  expect(response.json()).toMatchObject({
    total: 3,
    deadLetters: [
      { sequence: 3, type: 'backup.cancelled', subject: 'run-3' },
      { sequence: 2, durable: 'validator_backup_completed' },
    ],
  });
  expect(response.body).not.toContain('secret of the event');
});

test('one is shown with its event', async () => {
  const response = await gateway.call('GET', '/api/v1/dead-letters/2');
  expect(response.json()).toMatchObject({ sequence: 2, event: { data: { by: 'secret of the event' } } });
});

test('a retried one goes to its handler, then from the list', async () => {
  const retry = vi.spyOn(gateway.memory, 'retryDeadLetter').mockResolvedValue();
  expect((await gateway.call('POST', '/api/v1/dead-letters/2/retry')).statusCode).toBe(200);
  expect(retry).toHaveBeenCalledWith(expect.objectContaining({ sequence: 2 }));
  expect(letters.map(({ sequence }) => sequence)).toEqual([1, 3]);
});

test('one that cannot be sent stays', async () => {
  vi.spyOn(gateway.memory, 'retryDeadLetter').mockRejectedValue(
    new HoldfastError('dead_letter_unusable', 'no'),
  );
  expect((await gateway.call('POST', '/api/v1/dead-letters/2/retry')).statusCode).toBe(409);
  expect(letters).toHaveLength(3);
});

test('a removed one is gone', async () => {
  expect((await gateway.call('DELETE', '/api/v1/dead-letters/2')).statusCode).toBe(200);
  for (const [method, url] of [
    ['GET', '/api/v1/dead-letters/2'],
    ['DELETE', '/api/v1/dead-letters/2'],
    ['POST', '/api/v1/dead-letters/2/retry'],
  ] as const) {
    expect((await gateway.call(method, url)).json()).toMatchObject({ code: 'dead_letter_not_found' });
  }
});
