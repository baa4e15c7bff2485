import type { Terminal } from '../src/terminal.ts';

export const NOW = '2026-11-24T16:00:00.000Z';

export type FakeTerminal = Terminal & {
  /** All that was written so far. */
  readonly out: () => string;
  readonly err: () => string;
  /** Presses Ctrl-C. */
  interrupt(): void;
  /** Presses a key; false when nobody listens. */
  press(key: string): boolean;
  readonly exits: number[];
  readonly questions: string[];
  /** Lets time pass. */
  advance(ms: number): void;
};

export type FakeOptions = {
  /** Both streams are terminals of this width. Absent: pipes. */
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** What is typed, in order; absent: nobody can be asked. */
  readonly answers?: readonly (string | undefined)[];
  /** What time it is [NOW]. */
  readonly now?: number;
};

/** A terminal without colour, at a fixed time, that remembers. */
export function fakeTerminal({
  columns,
  env = { NO_COLOR: '1' },
  answers,
  now,
}: FakeOptions = {}): FakeTerminal {
  const written = { out: '', err: '' };
  const handlers = new Set<() => void>();
  const keys = new Map<string, () => void>();
  const exits: number[] = [];
  const questions: string[] = [];
  let nowMs = now ?? Date.parse(NOW);
  const output = (to: 'out' | 'err') => ({
    isTTY: columns !== undefined,
    columns,
    rows: columns === undefined ? undefined : 24,
    write: (text: string) => {
      written[to] += text;
    },
    writeBytes: (bytes: Uint8Array) => {
      written[to] += Buffer.from(bytes).toString('latin1');
      return Promise.resolve();
    },
  });
  return {
    stdout: output('out'),
    stderr: output('err'),
    env,
    canAsk: answers !== undefined,
    nowMs: () => nowMs,
    ask: (question) => {
      questions.push(question);
      return Promise.resolve(answers?.[questions.length - 1]);
    },
    onInterrupt: (handler) => {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    onKey: (key, handler) => {
      keys.set(key, handler);
      return () => keys.delete(key);
    },
    press: (key) => {
      const handler = keys.get(key);
      handler?.();
      return handler !== undefined;
    },
    exit: (code) => exits.push(code),
    out: () => written.out,
    err: () => written.err,
    interrupt: () => {
      for (const handler of handlers) handler();
    },
    exits,
    questions,
    advance: (ms) => {
      nowMs += ms;
    },
  };
}

/** What a terminal shows in the end: lines that were cleared are gone, colours too. */
export const shown = (text: string): string =>
  text
    // oxlint-disable-next-line no-control-regex -- the clearing that the live view writes
    .replace(/[^\n]*\r\u001b\[2K/g, '')
    // oxlint-disable-next-line no-control-regex -- colours
    .replace(/\u001b\[[\d;]*m/g, '');
