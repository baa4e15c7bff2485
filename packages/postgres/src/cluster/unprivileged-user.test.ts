import { expect, test } from 'vitest';
import { chooseUser } from './unprivileged-user.ts';

const passwd = [
  'root:x:0:0:root:/root:/bin/bash',
  'nobody:x:65534:65534::/:/usr/sbin/nologin',
  'broken',
  'toor:x:0:0::/root:/bin/sh',
  'db:x:900:901::/:/bin/sh',
  '',
].join('\n');

test.each([
  [undefined, passwd, { name: 'nobody', uid: 65_534, gid: 65_534 }],
  [undefined, `${passwd}\npostgres:x:101:104::/:/bin/sh`, { name: 'postgres', uid: 101, gid: 104 }],
  ['db', passwd, { name: 'db', uid: 900, gid: 901 }],
])('%s', (preferred, text, expected) => {
  expect(chooseUser(text, preferred)).toEqual(expected);
});

test.each([['missing'], ['toor']])('%s is refused, with what to do', (preferred) => {
  expect(() => chooseUser(passwd, preferred)).toThrow(
    expect.objectContaining({ code: 'drill_unavailable', message: expect.stringContaining('useradd') }),
  );
});
