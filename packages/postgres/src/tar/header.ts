import { PostgresError } from '../postgres-error.ts';

export const BLOCK_BYTES = 512;

/** What eleven octal digits can say: 8 GiB less one. */
const MAX_OCTAL_SIZE = 0o77777777777;

/** A field of the header: where it begins and how long it is. */
const NAME = [0, 100] as const;
const MODE = [100, 8] as const;
const SIZE = [124, 12] as const;
const CHECKSUM = [148, 8] as const;
const TYPE_AT = 156;
const LINK_NAME = [157, 100] as const;
const MAGIC = [257, 8] as const;
const PREFIX = [345, 155] as const;

const USTAR = 'ustar\x0000';
/** How GNU tar marks what it writes. */
const GNU = 'ustar  \0';

export type TarEntry = { readonly name: string; readonly sizeBytes: number };

/** A plain file's ustar header. Mode 0600, owner 0, time 0: the same content always makes the same bytes. */
export function encodeHeader({ name, sizeBytes }: TarEntry): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES);
  if (header.write(name, ...NAME, 'latin1') < name.length) throw new Error(`${name} is too long a name`);
  const octal = (at: number, digits: number, value: number): number =>
    header.write(value.toString(8).padStart(digits, '0'), at, 'latin1');
  octal(MODE[0], 7, 0o600);
  for (const at of [108, 116]) octal(at, 7, 0); // owner and group
  octal(136, 11, 0); // time
  if (sizeBytes <= MAX_OCTAL_SIZE) octal(SIZE[0], 11, sizeBytes);
  else writeBinarySize(header, sizeBytes);
  header.write('0', TYPE_AT, 'latin1');
  header.write(USTAR, MAGIC[0], 'latin1');
  for (const at of [329, 337]) octal(at, 7, 0); // device numbers
  header.write(`${checksumOf(header).toString(8).padStart(6, '0')}\0 `, CHECKSUM[0], 'latin1');
  return header;
}

/** The entry whose header this is, 'end' for a block of zeros. Only plain files; throws invalid_backup for all else. */
export function decodeHeader(header: Buffer): TarEntry | 'end' {
  if (header.every((byte) => byte === 0)) return 'end';
  const text = ([at, length]: readonly [number, number]): string =>
    header.toString('latin1', at, at + length).replace(/\0[^]*$/, '');
  const magic = header.toString('latin1', MAGIC[0], MAGIC[0] + MAGIC[1]);
  if (Number.parseInt(text(CHECKSUM).trim(), 8) !== checksumOf(header)) throw refused('a damaged header');
  if (magic !== USTAR && magic !== GNU) throw refused('a header of an unknown kind');
  const name = text(NAME);
  const type = String.fromCharCode(header[TYPE_AT] ?? 0);
  if (type !== '0' && type !== '\0') throw refused(`an entry that is no plain file: ${quoted(name)}`);
  if (text(LINK_NAME) !== '') throw refused(`a link: ${quoted(name)}`);
  // GNU keeps times where ustar keeps the folder.
  if (magic === USTAR && text(PREFIX) !== '') throw refused(`a folder: ${quoted(text(PREFIX))}`);
  return { name, sizeBytes: readSize(header, name) };
}

/** Whether a tar begins with these bytes. */
export const isTarHeader = (first: Buffer): boolean =>
  first.length === BLOCK_BYTES &&
  [USTAR, GNU].includes(first.toString('latin1', MAGIC[0], MAGIC[0] + MAGIC[1]));

/** Bytes from the end of an entry's data to the next header. */
export const paddingOf = (sizeBytes: number): number =>
  (BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES;

export const refused = (what: string): PostgresError =>
  new PostgresError(
    'invalid_backup',
    `The tar holds ${what}; it is none that a parallel dump wrote. Name another backup.`,
  );

export const quoted = (name: string): string => JSON.stringify(name.slice(0, 100));

/** Base 256, marked by the highest bit, as GNU tar and libarchive write and read it. */
function writeBinarySize(header: Buffer, sizeBytes: number): void {
  header.writeUInt8(0x80, SIZE[0]);
  header.writeBigUInt64BE(BigInt(sizeBytes), SIZE[0] + SIZE[1] - 8);
}

function readSize(header: Buffer, name: string): number {
  const field = header.subarray(SIZE[0], SIZE[0] + SIZE[1]);
  if (field[0] === 0x80) {
    const size = field.readBigUInt64BE(SIZE[1] - 8);
    const isSmall = field.subarray(1, 4).every((byte) => byte === 0) && size <= Number.MAX_SAFE_INTEGER;
    if (isSmall) return Number(size);
  } else {
    const digits = /^([0-7]{1,11})[ \0]?$/.exec(field.toString('latin1'))?.[1];
    if (digits !== undefined) return Number.parseInt(digits, 8);
  }
  throw refused(`an entry without a size: ${quoted(name)}`);
}

/** The sum of all bytes, its own field counted as spaces. */
function checksumOf(header: Buffer): number {
  let sum = CHECKSUM[1] * 0x20;
  for (const [at, byte] of header.entries()) {
    if (at < CHECKSUM[0] || at >= CHECKSUM[0] + CHECKSUM[1]) sum += byte;
  }
  return sum;
}
