const HIDDEN = '[redacted]';

type Rule = { readonly pattern: RegExp; readonly replacement: string };

/**
 * Ordered. Greedy up to the last `@` of a word: a password with an unescaped `/` or `@` in it must not come through,
 * and hiding a little too much harms nobody.
 */
const RULES: readonly Rule[] = [
  // "password":"…" in JSON at any depth; a key that merely names a file (tokenFile) stays.
  {
    pattern:
      /("[\w-]*(?:password|passphrase|secret|token|authorization|cookie|seed|apikey|api_key)"\s*:\s*)(?:"(?:[^"\\]|\\.)*"|\[[^\]]*\])/gi,
    replacement: `$1"${HIDDEN}"`,
  },
  { pattern: /(\b[a-z][a-z0-9+.-]*:\/\/[^\s"'/@:\\]*:)[^\s"'\\]+@/gi, replacement: `$1${HIDDEN}@` },
  // NATS takes a token in the place of a user.
  { pattern: /(\b(?:nats|tls|wss?):\/\/)[^\s"'/@:\\]+@/gi, replacement: `$1${HIDDEN}@` },
  {
    pattern: /\b((?:ssl)?password|passfile|PGPASSWORD)(\s*=\s*)(?:'[^']*'|[^\s&"'\\;,]+)/gi,
    replacement: `$1$2${HIDDEN}`,
  },
  { pattern: /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, replacement: `$1 ${HIDDEN}` },
  { pattern: /\bhf_[A-Za-z0-9_-]{20,}/g, replacement: `hf_${HIDDEN}` },
  { pattern: /\bwhsec_[A-Za-z0-9+/=_-]{8,}/g, replacement: `whsec_${HIDDEN}` },
  { pattern: /\bS[UANOCX][A-Z2-7]{56}\b/g, replacement: HIDDEN },
  { pattern: /\bAGE-SECRET-KEY-1[A-Z0-9]+/g, replacement: HIDDEN },
];

/** Takes passwords, tokens, keys and the credentials of URLs out of a text or a line of JSON. Pure. */
export function redactText(text: string): string {
  return RULES.reduce((cleaned, { pattern, replacement }) => cleaned.replace(pattern, replacement), text);
}
