import { expect, test, vi } from 'vitest';
import { RUN, run, VALIDATION_RUN } from '../../test/builders.ts';
import { resolveRun } from './resolve-run.ts';

const listing = (...ids: readonly string[]) => ({
  listRuns: vi.fn(async () => ({ runs: ids.map((id) => run({ id })) })),
});

test('a whole id is taken as it is, without asking', async () => {
  const client = listing();
  expect(await resolveRun(client, RUN.toUpperCase())).toBe(RUN);
  expect(client.listRuns).not.toHaveBeenCalled();
});

test('the last digits find their run', async () => {
  expect(await resolveRun(listing(VALIDATION_RUN, RUN), '1A2b3c4d')).toBe(RUN);
});

test.each([
  ['nothing that ends so', 'ffffffff', 'run_not_found'],
  ['digits that are no hex', '--help', 'invalid_request'],
  ['too few digits', '4d', 'invalid_request'],
])('%s: %s', async (_name, given, code) => {
  await expect(resolveRun(listing(RUN), given)).rejects.toMatchObject({ code });
});

test('several that end so are refused rather than guessed', async () => {
  const twin = `019ab12d${RUN.slice(8)}`;
  await expect(resolveRun(listing(RUN, twin), '1a2b3c4d')).rejects.toMatchObject({ code: 'invalid_request' });
});
