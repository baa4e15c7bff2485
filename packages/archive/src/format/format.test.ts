import { describe, expect, test } from 'vitest';
import { footerPayload, parseFooter, type Footer } from './footer.ts';
import { headerPayload, parseHeader } from './header.ts';
import { parseSegment, segmentPayload } from './index-segment.ts';

const ID = '0198c0de-f00d-7000-8000-00000000cafe';
const coded = (code: string): unknown => expect.objectContaining({ code });

describe('the header', () => {
  const changed = (at: number, value: number): Buffer => {
    const payload = headerPayload(ID);
    payload.writeUInt8(value, at);
    return payload;
  };
  const withField = (type: number, value: string, length = value.length): Buffer => {
    const field = Buffer.alloc(4 + value.length);
    field.writeUInt16LE(type, 0);
    field.writeUInt16LE(length, 2);
    field.write(value, 4);
    return Buffer.concat([headerPayload(ID), field]);
  };

  test('is 28 bytes, byte by byte', () => {
    expect(headerPayload(ID).toString('hex')).toBe(
      `${Buffer.from('HOLDFAST').toString('hex')}01010000${ID.replaceAll('-', '')}`,
    );
    expect(parseHeader(headerPayload(ID))).toEqual({ version: 1, archiveId: ID });
  });
  test.each([
    ['a newer version', changed(8, 2), 'archive_unsupported'],
    ['another kind', changed(9, 2), 'archive_unsupported'],
    ['a flag', changed(11, 1), 'archive_unsupported'],
    ['a field that must be understood', withField(0x8001, 'parent'), 'archive_unsupported'],
    ['a field longer than the header', withField(1, 'note', 40), 'archive_corrupt'],
    ['half a field', Buffer.concat([headerPayload(ID), Buffer.from([1])]), 'archive_corrupt'],
    ['too few bytes', headerPayload(ID).subarray(0, 27), 'archive_corrupt'],
    ['another tag', changed(0, 0x68), 'archive_foreign'],
    ['nothing', Buffer.alloc(0), 'archive_foreign'],
  ])('with %s is refused', (_name, payload, code) => {
    expect(() => parseHeader(payload)).toThrow(coded(code));
  });
  test('with a field that may be ignored is read', () => {
    const payload = Buffer.concat([withField(7, 'note'), Buffer.from([8, 0, 0, 0])]);
    expect(parseHeader(payload)).toEqual({ version: 1, archiveId: ID });
  });
});

describe('an index segment', () => {
  const head = { segment: 3, previousAt: 2 ** 40, rawStart: 2 ** 41, storedStart: 2 ** 40 + 5 };
  const entries = [
    { sha256: Buffer.alloc(32, 1), rawBytes: 1_048_576, storedBytes: 300 },
    { sha256: Buffer.alloc(32, 2), rawBytes: 65_536, storedBytes: 2 ** 32 - 1 },
  ];
  test('says where its chunks are, beyond 4 GiB too', () => {
    expect(parseSegment(segmentPayload(head, entries))).toEqual({ head: { ...head, entries: 2 }, entries });
  });
  test.each([
    ['one byte too many', (payload: Buffer) => Buffer.concat([payload, Buffer.alloc(1)])],
    ['one byte too few', (payload: Buffer) => payload.subarray(0, -1)],
    ['no entries', () => segmentPayload(head, [])],
    ['an entry of another kind', (payload: Buffer) => payload.fill(2, 40, 41)],
    ['half a head', (payload: Buffer) => payload.subarray(0, 30)],
  ])('with %s is refused', (_name, change) => {
    expect(() => parseSegment(change(segmentPayload(head, entries)))).toThrow(coded('archive_corrupt'));
  });
});

describe('the footer', () => {
  const footer: Footer = {
    archiveId: ID,
    segments: 4096,
    chunks: 2 ** 33,
    rawBytes: 2 ** 45,
    bodyBytes: 2 ** 44,
    lastSegmentAt: 2 ** 43,
    rawSha256: 'ab'.repeat(32),
    metaSha256: 'cd'.repeat(32),
    bodySha256: 'ef'.repeat(32),
  };
  test('has a fixed length and says everything again', () => {
    expect(footerPayload(footer)).toHaveLength(192);
    expect(parseFooter(footerPayload(footer))).toEqual(footer);
  });
  test('is refused when any bit of it was changed', () => {
    for (let bit = 0; bit < 192 * 8; bit += 1) {
      const payload = footerPayload(footer);
      payload.writeUInt8(payload.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(() => parseFooter(payload)).toThrow(coded('archive_corrupt'));
    }
  });
});
