import { expect, test } from 'vitest';
import { guardAgainstStall, type SourceActivity } from './stall-guard.ts';

const bytes = Uint8Array.of(1);
/** Gives one piece, then nothing until `release` is called. */
function silentSource() {
  let release = (): void => undefined;
  const silence = new Promise<void>((resolve) => {
    release = resolve;
  });
  return {
    release: () => release(),
    source: (async function* () {
      yield bytes;
      await silence;
      yield bytes;
    })(),
  };
}

const collect = async (source: AsyncIterable<Uint8Array>): Promise<number> => {
  let pieces = 0;
  for await (const piece of source) pieces += piece.length;
  return pieces;
};

const guard = (
  source: AsyncIterable<Uint8Array>,
  activity: () => Promise<SourceActivity>,
  onLockWait: (detail: string) => void = () => undefined,
) => guardAgainstStall(source, { stallTimeoutMs: 40, lookEveryMs: 10, activity, onLockWait });

test('a source that goes silent and idle is ended as stalled', async () => {
  const { source } = silentSource();
  await expect(collect(guard(source, () => Promise.resolve({ state: 'idle' })))).rejects.toMatchObject({
    code: 'stalled',
  });
});

test('an active source is waited for, however long it is silent', async () => {
  const { source, release } = silentSource();
  let looks = 0;
  const activity = (): Promise<SourceActivity> => {
    looks += 1;
    if (looks === 10) release();
    return Promise.resolve({ state: 'active' });
  };
  await expect(collect(guard(source, activity))).resolves.toBe(2);
});

test('a lock wait is told, and is no stall', async () => {
  const { source, release } = silentSource();
  const told: string[] = [];
  const activity = (): Promise<SourceActivity> => {
    if (told.length === 6) release();
    return Promise.resolve({ state: 'lock', detail: 'waits for anna' });
  };
  await expect(collect(guard(source, activity, (detail) => told.push(detail)))).resolves.toBe(2);
  expect(told[0]).toBe('waits for anna');
});

test('our own back-pressure never counts', async () => {
  const source = guard(
    (async function* () {
      yield bytes;
      yield bytes;
    })(),
    () => Promise.resolve({ state: 'idle' }),
  );
  await source.next();
  await new Promise((resolve) => {
    setTimeout(resolve, 80);
  });
  await expect(source.next()).resolves.toMatchObject({ done: false });
});

test('an error of the source comes through as it is', async () => {
  const failing = (async function* (): AsyncGenerator<Uint8Array> {
    yield bytes;
    throw new Error('disk on fire');
  })();
  await expect(collect(guard(failing, () => Promise.resolve({ state: 'idle' })))).rejects.toThrow(
    'disk on fire',
  );
});
