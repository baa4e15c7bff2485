/** The bytes that mean something to psql's scanner. All are ASCII, and none is part of another character in UTF-8. */
export const [TAB, NEWLINE, RETURN, SPACE, DOUBLE_QUOTE, DOLLAR, QUOTE, OPEN, CLOSE, STAR] = [
  9, 10, 13, 32, 34, 36, 39, 40, 41, 42,
] as const;
export const [DASH, DOT, SLASH, SEMICOLON, BACKSLASH] = [45, 46, 47, 59, 92] as const;

export const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;
export const isSpace = (byte: number): boolean => byte === SPACE || (byte >= TAB && byte <= RETURN);
export const isNameStart = (byte: number): boolean =>
  (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90) || byte === 95 || byte >= 128;
