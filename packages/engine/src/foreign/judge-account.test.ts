import { expect, test } from 'vitest';
import { judgeAccount, type AccountFacts } from './judge-account.ts';

const facts = (fields: Partial<AccountFacts>): AccountFacts => ({
  connection: 'admin',
  connectionIsMighty: false,
  owner: 'app',
  ownerIsMighty: false,
  mayActAsOwner: true,
  ...fields,
});
const mighty = { connectionIsMighty: true } as const;

test.each([
  ['a superuser, and an owner without rights', facts(mighty), false, 'own login'],
  ['an account without rights', facts({}), false, 'owner role'],
  ['a superuser who is told to trust it', facts(mighty), true, 'connection'],
  ['an owner who may do everything', facts({ ...mighty, ownerIsMighty: true }), false, 'none'],
  ['an owner who may do everything, trusted', facts({ ...mighty, ownerIsMighty: true }), true, 'connection'],
  ['an account that may not act as the owner', facts({ mayActAsOwner: false }), false, 'none'],
])('%s: %s', (_name, given, trustFile, expected) => {
  const judged = judgeAccount(given, trustFile);
  expect(judged.use).toBe(expected);
  if (judged.use === 'none') expect(judged.reason).toMatch(/--trust-file$/);
});
