/** Control characters, among them ESC and C1, and the marks that turn the direction of what follows. */
// oxlint-disable-next-line no-control-regex -- these characters are what is looked for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Text from elsewhere (descriptions, names, error messages) made fit for a terminal: one line, no escape sequences. */
export const plainText = (text: string): string =>
  text.replace(/\s+/gu, ' ').replace(UNSAFE, '\u{fffd}').trim();
