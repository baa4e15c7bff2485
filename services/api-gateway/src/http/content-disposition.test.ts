import { expect, test } from 'vitest';
import { attachment } from './content-disposition.ts';

test.each([
  ['app_full.dump.zst', `attachment; filename="app_full.dump.zst"; filename*=UTF-8''app_full.dump.zst`],
  [
    'vor "dem" Umzug.sql',
    `attachment; filename="vor _dem_ Umzug.sql"; filename*=UTF-8''vor%20%22dem%22%20Umzug.sql`,
  ],
  ['ä%\\.sql', `attachment; filename="___.sql"; filename*=UTF-8''%C3%A4%25%5C.sql`],
  ["it's(1)*.sql", `attachment; filename="it's(1)*.sql"; filename*=UTF-8''it%27s%281%29%2A.sql`],
  [
    'a\r\nSet-Cookie: b',
    `attachment; filename="a__Set-Cookie: b"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20b`,
  ],
])('%j', (filename, expected) => {
  expect(attachment(filename)).toBe(expected);
  expect(attachment(filename)).not.toMatch(/[\r\n]/);
});
