import type { Client, Followed } from '@holdfast/client';
import { HoldfastError, type Status } from '@holdfast/contracts';
import { expect, test, vi } from 'vitest';
import { progress, run, status } from '../../test/builders.ts';
import { connectTo, call } from '../../test/fake-client.ts';
import { fakeTerminal, type FakeOptions } from '../../test/fake-terminal.ts';
import { stylesFor } from '../../test/styles-for.ts';
import { runCli } from '../run-cli.ts';
import { displayWidth } from '../render/width.ts';
import type { MonitorState } from './monitor-state.ts';
import { renderScreen } from './render-screen.ts';

const event = (sequence: number, fields: object = {}): Extract<Followed, { kind: 'event' }> => ({
  kind: 'event',
  sequence,
  event: {
    specversion: '1.0',
    id: `e${sequence}`,
    type: 'backup.completed',
    source: '/holdfast/backup-worker',
    subject: run().id,
    time: '2026-11-24T15:59:58Z',
    datacontenttype: 'application/json',
    database: 'toeic',
    data: { filename: 'toeic_20261124T155700Z_full_1a2b3c4d.dump.zst' },
    ...fields,
  },
});

const state = (fields: Partial<MonitorState> = {}): MonitorState => ({
  place: 'http://127.0.0.1:8484',
  status: status(),
  readMs: Date.parse('2026-11-24T15:59:48Z'),
  problem: undefined,
  progress: { [run().id]: progress() },
  events: [
    event(1, { type: 'backup.requested', data: {} }),
    event(2),
    event(3, {
      type: 'restore.failed',
      data: { error: { code: 'restore_failed', message: 'relation "a" exists already\u001b[2J' } },
    }),
  ],
  ...fields,
});

const MANY = Array.from({ length: 40 }, (_, index) => ({
  ...status().databases[1],
  id: `shop-${index}`,
})) as unknown as Status['databases']; // all fields are there
const away = {
  code: 'gateway_unreachable',
  message: 'Cannot reach the gateway at http://127.0.0.1:8484.',
} as const;

const scenes: readonly (readonly [string, MonitorState])[] = [
  ['monitor', state()],
  ['monitor-begins', state({ status: undefined, events: [], progress: {} })],
  ['monitor-away', state({ problem: away })],
  ['monitor-quiet', state({ status: status({ activeRuns: [] }), events: [], progress: {} })],
];

for (const width of [80, 120]) {
  test.each(scenes)(`the screen %s at ${width} columns`, async (name, shown) => {
    const lines = renderScreen(stylesFor({ columns: width }), shown, { width, height: 24 });
    expect(lines).toHaveLength(24);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`../../test/golden/${name}-${width}.txt`);
  });
}

test.each([
  [40, 10],
  [80, 8],
  [20, 5],
])('%i by %i cells are never overdrawn, and the newest event is there', (width, height) => {
  const full = state({ status: status({ databases: MANY }) });
  const lines = renderScreen(stylesFor({ columns: width }), full, { width, height });
  expect(lines).toHaveLength(height);
  expect(lines.join('\n')).toContain('15:59:58');
});

/** Runs `monitor` until `quit` is called. */
function monitoring(methods: Partial<Client>, options: FakeOptions, line = 'monitor --interval 1h') {
  const terminal = fakeTerminal(options);
  const code = runCli(line.split(' '), terminal, connectTo(methods));
  return { terminal, code };
}

/** Tells these, then nothing until it is stopped. */
const telling = (...told: readonly Followed[]): Client['followEvents'] =>
  async function* (_input, { signal } = {}) {
    yield* told;
    await new Promise((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error)); // what aborts gives an Error
    });
  };

test('on a terminal: the second screen, q quits, and the terminal is as it was', async () => {
  const { terminal, code } = monitoring(
    { getStatus: async () => status(), followEvents: telling(event(1)) },
    { columns: 80 },
  );
  await expect.poll(() => terminal.out()).toContain('backup.completed');
  expect(terminal.out().startsWith('\u001b[?1049h\u001b[?25l')).toBe(true);
  expect(terminal.press('q')).toBe(true);
  expect(await code).toBe(0);
  expect(terminal.out().endsWith('\u001b[?25h\u001b[?1049l')).toBe(true);
  expect(terminal.press('q')).toBe(false);
});

test('a failure that does not pass gives the terminal back before it is told', async () => {
  const { terminal, code } = monitoring(
    {
      getStatus: () => Promise.reject(new HoldfastError('forbidden', 'This token may not read the status.')),
      followEvents: telling(),
    },
    { columns: 80 },
  );
  expect(await code).toBe(5);
  expect(terminal.out().endsWith('\u001b[?25h\u001b[?1049l')).toBe(true);
  expect(terminal.err()).toContain('This token may not read the status.');
});

test('where nobody looks: a line a status and an event, until Ctrl-C', async () => {
  const { terminal, code } = monitoring(
    { getStatus: async () => status(), followEvents: telling(event(1)) },
    {},
  );
  await expect.poll(() => terminal.out().trimEnd().split('\n')).toHaveLength(2);
  terminal.interrupt();
  expect(await code).toBe(0);
  expect(terminal.out()).not.toContain('\u001b');
  expect(terminal.out()).toMatch(/^2026-11-24 16:00:00 {2}warning .*12 backups.*next in/m);
  expect(terminal.out()).toMatch(/^2026-11-24 15:59:58 {2}backup\.completed .*1a2b3c4d\.dump\.zst$/m);
});

test('a server that is away is told and waited for', async () => {
  const getStatus = vi
    .fn<Client['getStatus']>()
    .mockRejectedValueOnce(new HoldfastError('gateway_unreachable', 'Cannot reach it.'))
    .mockResolvedValue(status());
  const { terminal, code } = monitoring({ getStatus, followEvents: telling() }, {}, 'monitor --interval 1s');
  await vi.waitFor(() => expect(terminal.out()).toContain('12 backups'), { timeout: 20_000 });
  expect(terminal.out().startsWith('! Cannot reach it.')).toBe(true);
  terminal.interrupt();
  expect(await code).toBe(0);
});

test.each(['monitor --interval soon', 'monitor --interval 10ms'])('%s is refused', async (line) => {
  expect((await call(line)).code).toBe(2);
});
