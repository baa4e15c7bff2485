import { describe, expect, test } from 'vitest';
import { redactText } from './redact.ts';

const seed = `SU${'A'.repeat(56)}`;

describe('hidden', () => {
  test.each([
    ['postgres://app:hunter2@db:5432/app', 'postgres://app:[redacted]@db:5432/app'],
    ['at "postgres://app:hun/t@er2@db/app" now', 'at "postgres://app:[redacted]@db/app" now'],
    ['nats://s3cr3t@bus:4222', 'nats://[redacted]@bus:4222'],
    ['host=db password=hunter2 user=app', 'host=db password=[redacted] user=app'],
    ["password='hunter 2' user=app", 'password=[redacted] user=app'],
    ['/?sslpassword=hunter2&a=b', '/?sslpassword=[redacted]&a=b'],
    ['authorization: Bearer abc.def-ghi', 'authorization: Bearer [redacted]'],
    [`token hf_${'x'.repeat(43)} given`, 'token hf_[redacted] given'],
    ['whsec_MfKQ9r8GKYqrTwjU', 'whsec_[redacted]'],
    [seed, '[redacted]'],
    ['AGE-SECRET-KEY-1QQPZ', '[redacted]'],
    ['{"a":{"password":"h\\"2","b":1}}', '{"a":{"password":"[redacted]","b":1}}'],
    ['{"set-cookie":["a=1","b=2"]}', '{"set-cookie":"[redacted]"}'],
    ['{"adminToken":"abc","x-api_key":"k"}', '{"adminToken":"[redacted]","x-api_key":"[redacted]"}'],
  ])('%s', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });
});

describe('kept', () => {
  test.each([
    'http://127.0.0.1:8484/readyz',
    'nats://127.0.0.1:4222',
    'postgres://app@db/app',
    '{"tokenFile":"/home/holdfast/admin-token","backup":"app_20261124T010203Z_full_0a1b2c3d"}',
    'wrong password for user "app"',
  ])('%s', (text) => {
    expect(redactText(text)).toBe(text);
  });
});
