import { expect, test } from 'vitest';
import { incomingName, incomingPattern, previousName, undoneName } from './names.ts';

const run = '0190b0a0-0000-7000-8000-0000deadbeef';

test('every attempt has its own name, and the pattern of the run matches them alone', () => {
  expect(incomingName('app', run, 2)).toBe('app_incoming_deadbeef_2');
  expect(incomingPattern('app', run)).toBe('app\\_incoming\\_deadbeef\\_%');
});

test("names fit into PostgreSQL's 63 bytes, also when characters take several", () => {
  for (const make of [previousName, undoneName]) {
    const name = make('データベース名がとても長い場合のテスト用データベース', run);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
    expect(name.endsWith('_deadbeef')).toBe(true);
  }
});
