/** Tells the same thing again only after `everyMs`; something else at once. */
export function seldom(
  everyMs: number,
  tell: (told: string) => void,
  now: () => number = () => performance.now(),
): (told: string) => void {
  let last: { readonly told: string; readonly at: number } | undefined;
  return (told) => {
    if (last?.told === told && now() - last.at < everyMs) return;
    last = { told, at: now() };
    tell(told);
  };
}
