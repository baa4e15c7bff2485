export type Family = 4 | 6;

/** Why nothing is sent to an address; undefined where it is a public one. `family` as node:net tells it, 0 for none. */
export function judgeAddress(address: string, family: 0 | Family): string | undefined {
  if (family === 4) return judge4(parse4(address));
  if (family === 6) return judge6(parse6(address));
  return 'no IP address';
}

type Range = readonly [base: readonly number[], bits: number, what: string];

const RANGES_4: readonly Range[] = [
  [[0, 0, 0, 0], 8, 'of this network'],
  [[10, 0, 0, 0], 8, 'private'],
  [[100, 64, 0, 0], 10, 'of a carrier'],
  [[127, 0, 0, 0], 8, 'loopback'],
  [[169, 254, 0, 0], 16, 'link-local'],
  [[172, 16, 0, 0], 12, 'private'],
  [[192, 0, 0, 0], 24, 'reserved'],
  [[192, 0, 2, 0], 24, 'for documentation'],
  [[192, 88, 99, 0], 24, 'reserved'],
  [[192, 168, 0, 0], 16, 'private'],
  [[198, 18, 0, 0], 15, 'for benchmarks'],
  [[198, 51, 100, 0], 24, 'for documentation'],
  [[203, 0, 113, 0], 24, 'for documentation'],
  [[224, 0, 0, 0], 4, 'multicast'],
  [[240, 0, 0, 0], 4, 'reserved'],
];

function judge4(bytes: readonly number[]): string | undefined {
  return RANGES_4.find(([base, bits]) => shares(bytes, base, bits))?.[2];
}

/** Only 2000::/3 is the public internet; within it are tunnels that end anywhere. */
function judge6(bytes: readonly number[]): string | undefined {
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  if (mapped) return judge4(bytes.slice(12));
  const nat64 = shares(bytes, [0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0], 96);
  if (nat64) return judge4(bytes.slice(12));
  if (shares(bytes, [0x20, 0x02], 16)) return judge4(bytes.slice(2, 6)) ?? 'a 6to4 tunnel';
  if (shares(bytes, [0x20, 0x01, 0x00, 0x00], 32)) return 'a Teredo tunnel';
  if (shares(bytes, [0x20, 0x01, 0x0d, 0xb8], 32)) return 'for documentation';
  if (shares(bytes, [0x20], 3)) return undefined;
  if (bytes.every((byte, index) => byte === (index === 15 ? 1 : 0))) return 'loopback';
  if (shares(bytes, [0xfe, 0x80], 10)) return 'link-local';
  if (shares(bytes, [0xfc], 7)) return 'private';
  if (shares(bytes, [0xff], 8)) return 'multicast';
  return 'not public';
}

function shares(bytes: readonly number[], base: readonly number[], bits: number): boolean {
  for (let bit = 0; bit < bits; bit += 8) {
    const mask = bits - bit >= 8 ? 0xff : (0xff << (8 - (bits - bit))) & 0xff;
    if (((bytes[bit / 8] ?? 0) & mask) !== ((base[bit / 8] ?? 0) & mask)) return false;
  }
  return true;
}

const parse4 = (address: string): readonly number[] => address.split('.').map(Number);

function parse6(address: string): readonly number[] {
  const [withoutZone = ''] = address.split('%');
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(withoutZone);
  const tail = dotted ? parse4(dotted[2] ?? '') : [];
  const text = dotted ? (dotted[1] ?? '').replace(/([^:]):$/, '$1') : withoutZone;
  const [left = '', right] = text.split('::');
  const groups = (part: string): readonly number[] =>
    part === ''
      ? []
      : part.split(':').flatMap((group) => {
          const value = Number.parseInt(group, 16);
          return [value >> 8, value & 0xff];
        });
  const [head, end] = [groups(left), [...groups(right ?? ''), ...tail]];
  const zeros = right === undefined ? 0 : Math.max(0, 16 - head.length - end.length);
  return [...head, ...Array.from({ length: zeros }, () => 0), ...end];
}
