import { expect, test } from 'vitest';
import { progress } from '../../test/builders.ts';
import { renderProgress, type Step } from './progress-line.ts';
import { makeStyle } from './style.ts';
import { displayWidth } from './width.ts';

const steps: readonly Step[] = [
  progress({ phase: 'preparing', rawBytes: 0, estimatedBytes: undefined, bytesPerSecond: 0 }),
  progress({
    phase: 'waiting-for-lock',
    rawBytes: 0,
    estimatedBytes: undefined,
    bytesPerSecond: 0,
    detail: 'blocked by pid 4711 (app): alter table users',
  }),
  progress({ rawBytes: 0, bytesPerSecond: 0 }),
  progress(),
  progress({ rawBytes: 50_099_999 }),
  progress({ rawBytes: 61_000_000 }),
  progress({ estimatedBytes: undefined }),
  progress({
    phase: 'restoring',
    rawBytes: 3_000_000_000,
    estimatedBytes: 812_000_000_000,
    bytesPerSecond: 90_000_000,
  }),
  progress({ phase: 'comparing', rawBytes: 50_100_000, estimatedBytes: undefined, bytesPerSecond: 0 }),
];
const style = makeStyle(false);

test.each([80, 120])('progress lines at %d columns', async (width) => {
  const lines = steps.map((step) => renderProgress(step, { style, width }));
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`../../test/golden/progress-${width}.txt`);
});

test('no line is ever wider than the terminal', () => {
  for (let width = 1; width <= 200; width++) {
    for (const step of steps) {
      expect(displayWidth(renderProgress(step, { style: makeStyle(true), width }))).toBeLessThanOrEqual(
        width,
      );
    }
  }
});

test('an estimate that was too low never says that all is done', () => {
  expect(renderProgress(progress({ rawBytes: 61_000_000 }), { style, width: 80 })).toContain(' 99%');
});
