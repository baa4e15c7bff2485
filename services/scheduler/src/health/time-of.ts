/** Milliseconds of a timestamp. Its own file, as decisions may not name the clock's type. */
export const timeOf = (iso: string | undefined): number | undefined =>
  iso === undefined ? undefined : Date.parse(iso);
