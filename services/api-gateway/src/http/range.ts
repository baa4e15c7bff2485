/** `bytes=…` against a file: the whole, one part, or nothing that could be sent. */
export type WantedRange =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly start: number; readonly endExclusive: number }
  | { readonly kind: 'unsatisfiable' };

const SINGLE = /^bytes=(\d*)-(\d*)$/;

/**
 * Reads a Range header (RFC 9110, 14.2). Other units, several ranges and what is malformed are ignored, as the
 * standard allows; a range that begins past the end cannot be satisfied. Pure.
 */
export function parseRange(header: string | undefined, sizeBytes: number): WantedRange {
  const match = SINGLE.exec(header?.trim().replaceAll(' ', '') ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (!match || (first === '' && last === '')) return { kind: 'whole' };
  if (first === '') {
    const suffix = Math.min(Number(last), sizeBytes);
    if (suffix === 0) return { kind: 'unsatisfiable' };
    return { kind: 'part', start: sizeBytes - suffix, endExclusive: sizeBytes };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return { kind: 'whole' };
  if (start >= sizeBytes) return { kind: 'unsatisfiable' };
  const endExclusive = last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes);
  return { kind: 'part', start, endExclusive };
}
