/** Looks until `look` answers; for what tells nobody that it changed. Generous, as containers share a busy machine. */
export async function eventually<T>(
  look: () => Promise<T | undefined>,
  what: string,
  limitMs = 300_000,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > deadline) throw new Error(`${what} did not come true within ${limitMs} ms`);
    await new Promise((resolve) => void setTimeout(resolve, 500));
  }
}
