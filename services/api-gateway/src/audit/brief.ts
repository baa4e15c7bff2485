/** A record is no copy of a large body. */
const MOST_CHARACTERS = 8_000;

/** A value for the audit: whole when it is small, else its beginning. */
export function brief(value: unknown): unknown {
  const text = JSON.stringify(value);
  if (text.length <= MOST_CHARACTERS) return value;
  return { cut: true, characters: text.length, beginning: text.slice(0, MOST_CHARACTERS) };
}
