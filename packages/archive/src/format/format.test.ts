import { describe, expect, test } from 'vitest';
import { footerPayload, parseFooter, type Footer } from './footer.ts';
import { headerPayload, parseHeader } from './header.ts';
import { gzipFraming } from '../framing/gzip-framing.ts';
import { directoryBytesBefore, directoryPayload, parseDirectory } from './directory.ts';
import { parseSegment, segmentPayload, SEGMENT_ENTRIES, type IndexEntry } from './index-segment.ts';

const ID = '0198c0de-f00d-7000-8000-00000000cafe';
const ANCESTOR = { archiveId: ID, footerSha256: 'ab'.repeat(32) };
/** The last field one byte shorter, as it says itself. */
const shortened = (payload: Buffer): Buffer => {
  const short = Buffer.from(payload.subarray(0, -1));
  short.writeUInt16LE(short.readUInt16LE(30) - 1, 30);
  return short;
};
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
    expect(parseHeader(headerPayload(ID))).toEqual({
      version: 1,
      archiveId: ID,
      kind: 'full',
      ancestors: [],
    });
  });
  test.each(['differential', 'incremental'] as const)(
    'of a %s names all ancestors, nearest first',
    (kind) => {
      const ancestors = [
        { archiveId: ID.replace(/cafe$/, '0002'), footerSha256: 'ab'.repeat(32) },
        { archiveId: ID.replace(/cafe$/, '0001'), footerSha256: 'cd'.repeat(32) },
      ];
      expect(parseHeader(headerPayload(ID, kind, ancestors))).toEqual({
        version: 1,
        archiveId: ID,
        kind,
        ancestors,
      });
    },
  );
  test.each([
    ['a newer version', changed(8, 2), 'archive_unsupported'],
    ['another kind', changed(9, 4), 'archive_unsupported'],
    ['the kind of one with ancestors, and none', changed(9, 2), 'archive_corrupt'],
    [
      'a list of ancestors that is cut',
      headerPayload(ID, 'incremental', [ANCESTOR]).subarray(0, -1),
      'archive_corrupt',
    ],
    [
      'an ancestor too few bytes long',
      shortened(headerPayload(ID, 'incremental', [ANCESTOR])),
      'archive_corrupt',
    ],
    ['a flag', changed(11, 1), 'archive_unsupported'],
    ['a field that must be understood', withField(0x8002, 'parent'), 'archive_unsupported'],
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
    expect(parseHeader(payload)).toMatchObject({ version: 1, archiveId: ID });
  });
});

describe('an index segment', () => {
  const head = {
    segment: 3,
    previousAt: 2 ** 40,
    rawStart: 2 ** 41,
    storedStart: 2 ** 40 + 5,
    firstChunk: 2 ** 34,
  };
  const features = [1, 2 ** 32 - 1, 3, 4] as const;
  const entries: readonly IndexEntry[] = [
    {
      kind: 'whole',
      sha256: Buffer.alloc(32, 1),
      rawBytes: 1_048_576,
      storedBytes: 300,
      features,
      depth: 0,
    },
    { kind: 'range', first: 2 ** 32 - 2, count: 70_000, rawBytes: 2 ** 43 },
    {
      kind: 'delta',
      sha256: Buffer.alloc(32, 2),
      rawBytes: 65_536,
      storedBytes: 2 ** 32 - 1,
      features,
      base: { generation: 255, ordinal: 2 ** 32 - 1 },
      depth: 8,
    },
  ];
  test('says where its chunks are, beyond 4 GiB too', () => {
    expect(parseSegment(segmentPayload(head, entries))).toEqual({ head: { ...head, entries: 3 }, entries });
  });
  test('fits into a gzip member, whatever it holds', () => {
    const [, , delta] = entries;
    const full = Array.from({ length: SEGMENT_ENTRIES }, () => delta as IndexEntry); // there, just above
    expect(segmentPayload(head, full).length).toBeLessThanOrEqual(gzipFraming.maxPayloadBytes);
  });
  test.each([
    ['one byte too many', (payload: Buffer) => Buffer.concat([payload, Buffer.alloc(1)])],
    ['one byte too few', (payload: Buffer) => payload.subarray(0, -1)],
    ['no entries', () => segmentPayload(head, [])],
    ['an entry of another kind', (payload: Buffer) => payload.fill(4, 48, 49)],
    ['half a head', (payload: Buffer) => payload.subarray(0, 30)],
  ])('with %s is refused', (_name, change) => {
    expect(() => parseSegment(change(segmentPayload(head, entries)))).toThrow(coded('archive_corrupt'));
  });
});

describe('the directory', () => {
  const places = [
    { at: 40, firstChunk: 0 },
    { at: 2 ** 45, firstChunk: 2 ** 33 },
  ];
  test('says where the segments are, and is found from its end', () => {
    const payload = directoryPayload(places);
    expect(parseDirectory(payload)).toEqual(places);
    expect(directoryBytesBefore(Buffer.concat([Buffer.from('before'), payload]))).toBe(payload.length);
    expect(directoryBytesBefore(Buffer.from('something else that is long enough'))).toBeUndefined();
  });
  test('of another length is refused', () => {
    expect(() => parseDirectory(directoryPayload(places).subarray(0, -16))).toThrow(coded('archive_corrupt'));
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
