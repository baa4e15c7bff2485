import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { backedUp, progress, run } from '../../test/builders.ts';
import { fakeTerminal, shown } from '../../test/fake-terminal.ts';
import { makeStyle } from '../render/style.ts';
import { displayWidth } from '../render/width.ts';
import { liveView } from './live-view.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const lastLine = (text: string): string => text.split('\r\u001b[2K').at(-1) ?? '';

function play() {
  const terminal = fakeTerminal({ columns: 80 });
  const view = liveView(terminal, makeStyle(false), 'backup');
  const pass = (ms: number): void => {
    terminal.advance(ms);
    vi.advanceTimersByTime(ms);
  };
  return { terminal, view, pass };
}

test('before anything is heard it says what it waits for, and after a while since when', () => {
  const { terminal, view, pass } = play();
  pass(100);
  expect(lastLine(terminal.err())).toMatch(/^\S waiting for a worker$/);
  pass(4_000);
  expect(lastLine(terminal.err())).toMatch(/^\S waiting for a worker {2}4\.\d s$/);
  view.end();
});

test('one line moves; what a phase came to stays', () => {
  const { terminal, view, pass } = play();
  view.run(run({ state: 'running', attempt: 1 }));
  view.progress(progress({ phase: 'preparing', rawBytes: 0, storedBytes: 0, estimatedBytes: undefined }));
  pass(300);
  view.progress(progress({ rawBytes: 10_000_000 }));
  pass(1_000);
  view.progress(progress({ rawBytes: 50_000_000, storedBytes: 12_000_000 }));
  expect(lastLine(terminal.err())).toContain('19%');
  pass(100);
  expect(lastLine(terminal.err())).toContain('99%');
  view.note('something to know');
  view.progress(
    progress({
      phase: 'committing',
      rawBytes: 50_100_000,
      storedBytes: 12_400_000,
      estimatedBytes: undefined,
    }),
  );
  pass(50);
  view.run(backedUp());
  view.end();
  expect(shown(terminal.err())).toBe(
    [
      '✓ preparing           300 ms',
      'something to know',
      '✓ dumping             50.1 MB → 12.4 MB in 1.1 s',
      '✓ committing          50 ms',
      '',
    ].join('\n'),
  );
});

test('a phase that failed is not ticked off; the next attempt begins anew', () => {
  const { terminal, view } = play();
  view.progress(progress());
  view.run(run({ state: 'running', attempt: 1, failures: 1 }));
  view.progress(progress({ phase: 'preparing', rawBytes: 0, storedBytes: 0, estimatedBytes: undefined }));
  view.run(run({ state: 'failed', attempt: 2, failures: 2 }));
  view.end();
  expect(shown(terminal.err())).toBe('! attempt 1 did not succeed; it is tried again\n');
});

test('no line wraps, and after the end nothing moves', () => {
  const { terminal, view, pass } = play();
  view.progress(progress({ detail: 'x'.repeat(200) }));
  pass(1_000);
  view.end();
  const before = terminal.err();
  for (const line of before.replaceAll('\r\u001b[2K', '\n').split('\n'))
    expect(displayWidth(line)).toBeLessThan(80);
  pass(5_000);
  expect(terminal.err()).toBe(before);
});
