import { expect, test } from 'vitest';
import { readEventStream } from './event-stream.ts';

const TEXT = ':hello\n\nevent: run\ndata: {"ä":1}\n\nevent: progress\r\ndata: a\r\ndata: b\r\n\r\nevent: cut';
const EXPECTED = [
  { event: 'run', data: '{"ä":1}' },
  { event: 'progress', data: 'a\nb' },
];

test('events come out the same wherever the bytes are cut', async () => {
  const bytes = new TextEncoder().encode(TEXT);
  for (let at = 0; at <= bytes.length; at++) {
    const pieces = (async function* () {
      yield bytes.subarray(0, at);
      yield bytes.subarray(at);
    })();
    const events = [];
    for await (const event of readEventStream(pieces)) events.push(event);
    expect(events).toEqual(EXPECTED);
  }
});
