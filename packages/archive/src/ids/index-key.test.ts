import { expect, test } from 'vitest';
import { shaOf } from '../../test/ids-files.ts';
import { parseIndexKey } from './index-key.ts';

const HEX = '00112233445566778899aabbccddeeffffeeddccbbaa99887766554433221100';
const BASE64 = Buffer.from(HEX, 'hex').toString('base64');
const FINGERPRINT = '370292f76dcf325a';

test.each([
  ['hexadecimal', HEX],
  ['in capitals', HEX.toUpperCase()],
  ['base64', BASE64],
  ['base64 without padding', BASE64.replace(/=+$/, '')],
  ['base64 for addresses', Buffer.from(HEX, 'hex').toString('base64url')],
  ['with a line end', `${BASE64}\n`],
  ['with white space', ` \t${HEX}\r\n`],
])('%s', (_name, text) => {
  expect(parseIndexKey(text).fingerprint).toBe(FINGERPRINT);
});

test.each([
  ['nothing', ''],
  ['a passphrase', 'correct horse battery staple'],
  ['31 bytes', HEX.slice(2)],
  ['33 bytes', `${HEX}00`],
  [
    '32 bytes in base64 and one more',
    Buffer.concat([Buffer.from(HEX, 'hex'), Buffer.alloc(1, 7)]).toString('base64'),
  ],
  ['two keys', `${HEX}\n${HEX}`],
  ['a letter that is none', `${HEX.slice(1)}g`],
  ['zeros', '00'.repeat(32)],
])('%s is key_invalid, and not repeated', (_name, text) => {
  const refusal = (): unknown => parseIndexKey(text);
  expect(refusal).toThrow(expect.objectContaining({ name: 'IdsError', code: 'key_invalid' }));
  if (text.length > 10) expect(refusal).not.toThrow(text.slice(4, 10));
});

test('what is derived stays as it is for ever: files depend on it', () => {
  const key = parseIndexKey(HEX);
  expect(key.idOf(shaOf(1)).toString('hex')).toBe('24e0037d96b91985754f37970a5f8a7d');
  expect(key.fileKey(Buffer.alloc(72)).export().toString('hex')).toBe(
    '3d8387a0ce04d1169057eb8fcbf557a27c0eb0b6690f6031289bd36c0fc4e663',
  );
});

test('nothing of a key shows when it is printed', () => {
  expect(JSON.stringify(parseIndexKey(HEX))).toBe(`{"fingerprint":"${FINGERPRINT}"}`);
});
