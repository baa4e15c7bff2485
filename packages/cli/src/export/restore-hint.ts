const UNPACK: Readonly<Record<string, string>> = { '.zst': 'zstd -dc', '.gz': 'gunzip -c', '': 'cat' };

/** How the standard tools alone restore the file at `path`, told by the name it was exported as. */
export function restoreHint(filename: string, path: string): string | undefined {
  const {
    format,
    packed = '',
    age,
  } = /\.(?<format>dump|tar)(?<packed>\.zst|\.gz)?(?<age>\.age)?$/.exec(filename)?.groups ?? {};
  if (format === undefined) return undefined;
  if (format === 'dump' && packed === '' && age === undefined) return `pg_restore -d NEWDB ${path}`;
  const unpack = UNPACK[packed] ?? '';
  const opened = age === undefined ? `${unpack} ${path}` : `age -d -i KEY ${path}`;
  const raw = age === undefined || packed === '' ? opened : `${opened} | ${unpack}`;
  return format === 'dump'
    ? `${raw} | pg_restore -d NEWDB`
    : `mkdir DIR && ${raw} | tar -x -C DIR && pg_restore -d NEWDB DIR`;
}
