/**
 * Remembers an answer for `freshMs` after it came, or as long as who asks would have it; those who ask meanwhile share one
 * question. With 0 only those who ask at the same time share. A failure is not remembered.
 */
export function briefly<T>(
  freshMs: number,
  ask: () => Promise<T>,
  now: () => number = () => performance.now(),
): (withinMs?: number) => Promise<T> {
  let last: { readonly answer: Promise<T>; answeredAt: number } | undefined;
  return (withinMs = freshMs) => {
    if (last && now() - last.answeredAt < withinMs) return last.answer;
    const answer = ask();
    const current = { answer, answeredAt: Number.POSITIVE_INFINITY };
    last = current;
    answer
      .then(() => (current.answeredAt = now()))
      .catch(() => {
        if (last === current) last = undefined;
      });
    return current.answer;
  };
}
