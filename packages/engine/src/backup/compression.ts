import type { Compression } from '@holdfast/contracts';

/** The seed counts 1 to 9 with 6 as its default, after gzip; zstd's scale is another, and its default is 3. */
const ZSTD_LEVELS = [1, 1, 1, 2, 2, 3, 3, 5, 7, 9] as const;

/** The codec and its own level for the seed's settings and a request's wish. */
export function compressionOf(
  settings: { readonly enabled: boolean; readonly codec: Compression; readonly level: number },
  wanted?: Compression,
): { readonly codec: Compression; readonly level: number } {
  const codec = wanted ?? (settings.enabled ? settings.codec : 'none');
  return { codec, level: codec === 'zstd' ? (ZSTD_LEVELS[settings.level] ?? 3) : settings.level };
}
