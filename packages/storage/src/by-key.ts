/** As JavaScript compares strings. */
export const byKey = (one: { readonly key: string }, other: { readonly key: string }): number => {
  if (one.key === other.key) return 0;
  return one.key < other.key ? -1 : 1;
};
