/** Remembers an answer for `freshMs`; those who ask at once share one question. A failure is not remembered. */
export function briefly<T>(
  freshMs: number,
  ask: () => Promise<T>,
  now: () => number = () => performance.now(),
): () => Promise<T> {
  let last: { readonly answer: Promise<T>; readonly at: number } | undefined;
  return () => {
    if (last && now() - last.at < freshMs) return last.answer;
    const current = { answer: ask(), at: now() };
    last = current;
    current.answer.catch(() => {
      if (last === current) last = undefined;
    });
    return current.answer;
  };
}
