import { describe, expect, test } from 'vitest';
import { decodeHeader, encodeHeader, isTarHeader, paddingOf } from './header.ts';

const GIB = 1024 ** 3;

test.each([0, 1, 511, 8 * GIB - 1, 8 * GIB, 9_007_199_254_740_991])('%d bytes come back', (sizeBytes) => {
  const header = encodeHeader({ name: '4711.dat', sizeBytes });
  expect(header).toHaveLength(512);
  expect(isTarHeader(header)).toBe(true);
  expect(decodeHeader(header)).toEqual({ name: '4711.dat', sizeBytes });
});

test('the same file always has the same header, of nobody and no time', () => {
  const header = encodeHeader({ name: 'toc.dat', sizeBytes: 20_524 });
  expect(header.toString('latin1').replace(/\0+/g, '|')).toBe(
    'toc.dat|0000600|0000000|0000000|00000050054|00000000000|010460| 0|ustar|00|0000000|0000000|',
  );
  expect(encodeHeader({ name: 'toc.dat', sizeBytes: 20_524 })).toEqual(header);
});

test('a size beyond eight GiB is in base 256', () => {
  expect(
    encodeHeader({ name: '1.dat', sizeBytes: 8 * GIB })
      .subarray(124, 136)
      .toString('hex'),
  ).toBe('800000000000000200000000');
});

test.each([
  [0, 0],
  [1, 511],
  [512, 0],
  [513, 511],
])('%d bytes are followed by %d', (sizeBytes, padding) => {
  expect(paddingOf(sizeBytes)).toBe(padding);
});

describe('refused', () => {
  /** A header with bytes put somewhere and its sum made right again. */
  const changed = (at: number, text: string): Buffer => {
    const header = encodeHeader({ name: '1.dat', sizeBytes: 3 });
    header.write(text, at, 'latin1');
    header.fill(' ', 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    return header;
  };
  test.each([
    ['a folder', changed(156, '5')],
    ['a symbolic link', changed(156, '2')],
    ['a hard link', changed(156, '1')],
    ['a device', changed(156, '3')],
    ['a pax header', changed(156, 'x')],
    ["GNU tar's long names", changed(156, 'L')],
    ['a sparse file', changed(156, 'S')],
    ['the target of a link', changed(157, '/etc/passwd')],
    ['a prefix', changed(345, '..')],
    ['another kind of header', changed(257, 'xxxxx')],
    ['no size', changed(124, '-0000000001')],
    ['a size that is no number', changed(124, '000000000x1')],
    ['a size beyond all', changed(124, '\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff')],
    ['a negative size', changed(124, '\xff'.repeat(12))],
    ['a wrong sum', encodeHeader({ name: '1.dat', sizeBytes: 3 }).fill('2', 0, 1)],
    ['text', Buffer.alloc(512, 'select 1;\n')],
  ])('%s', (_name, header) => {
    expect(() => decodeHeader(header)).toThrow(expect.objectContaining({ code: 'invalid_backup' }));
  });
  test('a changed header that is good is not', () => {
    expect(decodeHeader(changed(0, '2'))).toEqual({ name: '2.dat', sizeBytes: 3 });
  });
  test('zeros are the end', () => {
    expect(decodeHeader(Buffer.alloc(512))).toBe('end');
  });
});
