import type { Compression, ForeignBackup } from '@holdfast/contracts';
import { isOurs, readForeignKey } from './read-key.ts';

const PACKED: Readonly<Record<Compression, string>> = { none: '', gzip: '.gz', zstd: '.zst' };

/**
 * The name that an uploaded file is stored under: its own, with the ending of what it is. One of our own names would pass for
 * a backup that lost its manifest, so it is told apart. Pure.
 */
export function planUploadName(
  filename: string,
  { kind, compression }: Pick<ForeignBackup, 'kind' | 'compression'>,
): string {
  const ending = `${kind === 'plain' ? '.sql' : '.dump'}${PACKED[compression]}`;
  const named = readForeignKey(filename);
  if (named?.kind === kind && named.compression === compression) return filename;
  if (isOurs(filename) && filename.endsWith(ending))
    return `${filename.slice(0, -ending.length)}.uploaded${ending}`;
  return `${filename}${ending}`;
}
