import { HoldfastError } from '@holdfast/contracts';

/** Throws path_refused for what is no file name alone. */
export function assertPlainName(reference: string): void {
  const isName =
    reference !== '' &&
    reference.length <= 255 &&
    !reference.startsWith('.') &&
    !/[/\\\p{Cc}]/u.test(reference);
  if (isName) return;
  throw new HoldfastError(
    'path_refused',
    'A backup is named by its file name alone: no path, no control characters, at most 255.',
  );
}
