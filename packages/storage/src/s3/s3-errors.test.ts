import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { StorageError } from '../storage-error.ts';
import { fromS3, isConflict, isRefusal, isTaken } from './s3-errors.ts';

const where = { bucket: 'backups', location: 's3://backups/app', server: 'https://s3.example' };
const answer = (name: string, status?: number): Error =>
  Object.assign(new Error(`${name} happened`), { name, $metadata: { httpStatusCode: status } });
const system = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code });
const write = { what: 'write app/a', right: 's3:PutObject' };
const read = { what: 'read app/a', right: 's3:GetObject' };

test.each([
  ['a missing bucket', answer('NoSuchBucket', 404), write, 'storage_missing', false],
  ['a write that is not allowed', answer('AccessDenied', 403), write, 'storage_read_only', false],
  ['a refusal without a body', answer('403', 403), write, 'storage_read_only', false],
  ['a read that is not allowed', answer('AccessDenied', 403), read, 'storage_failed', false],
  ['too large', answer('EntityTooLarge', 400), write, 'storage_full', false],
  ['a quota', answer('XMinioAdminBucketQuotaExceeded', 400), write, 'storage_full', false],
  ['a full server', answer('XMinioStorageFull', 507), write, 'storage_full', false],
  ['507 alone', answer('UnknownError', 507), write, 'storage_full', false],
  ['an unknown key', answer('InvalidAccessKeyId', 403), write, 'storage_failed', false],
  ['a wrong secret', answer('SignatureDoesNotMatch', 403), read, 'storage_failed', false],
  ['no credentials', answer('CredentialsProviderError'), read, 'storage_failed', false],
  ['a wrong clock', answer('RequestTimeTooSkewed', 403), write, 'storage_failed', false],
  ['another region', answer('PermanentRedirect', 301), write, 'storage_failed', false],
  ['an archived object', answer('InvalidObjectState', 403), read, 'storage_failed', false],
  ['an aborted upload', answer('NoSuchUpload', 404), write, 'storage_failed', false],
  ['a refused argument', answer('InvalidArgument', 400), write, 'storage_failed', false],
  ['a busy server', answer('SlowDown', 503), write, 'storage_failed', true],
  ['a conflict that stays', answer('ConditionalRequestConflict', 409), write, 'storage_failed', true],
  ['too many requests', answer('TooManyRequests', 429), write, 'storage_failed', true],
  ['a broken server', answer('InternalError', 500), write, 'storage_failed', true],
  ['a refused connection', system('ECONNREFUSED'), write, 'storage_failed', true],
  ['a lost connection', system('ECONNRESET'), read, 'storage_failed', true],
  ['silence', answer('TimeoutError'), read, 'storage_failed', true],
  ['something else', new Error('what?'), read, 'storage_failed', true],
] as const)('%s', (_name, error, doing, code, isTransient) => {
  const told = fromS3(error, where, doing);
  expect(told).toMatchObject({ name: 'StorageError', code, isTransient });
  expect(told.message).toMatch(/backups.*; \w+.*\.$/);
});

test('a missing right is named', () => {
  expect(fromS3(answer('AccessDenied', 403), where, write).message).toBe(
    's3://backups/app refuses to write app/a (AccessDenied); give the account the right s3:PutObject there.',
  );
});

test('what is told already is not told again', () => {
  const error = new StorageError('name_taken', 'x');
  expect(fromS3(error, where, write)).toBe(error);
});

test('neither message nor cause has the request that was signed', () => {
  const error = Object.assign(answer('SignatureDoesNotMatch', 403), {
    AWSAccessKeyId: 'AKIAEXAMPLE',
    $response: { headers: { authorization: 'AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE' } },
  });
  const told = inspect(fromS3(error, where, write), { depth: 9, showHidden: true });
  expect(told).toContain('SignatureDoesNotMatch happened');
  expect(told).not.toContain('AKIAEXAMPLE');
});

describe('what an answer means for a conditional write', () => {
  test.each([
    ['412', answer('PreconditionFailed', 412), true, false, false],
    ['412 without a body', answer('UnknownError', 412), true, false, false],
    ['409', answer('ConditionalRequestConflict', 409), false, true, false],
    ['not allowed', answer('AccessDenied', 403), false, false, true],
    [
      'an upload that is gone, perhaps because it is complete',
      answer('NoSuchUpload', 404),
      false,
      false,
      false,
    ],
    ['a broken server', answer('InternalError', 500), false, false, false],
    ['a lost reply', system('ECONNRESET'), false, false, false],
  ])('%s', (_name, error, taken, conflict, refusal) => {
    expect({ taken: isTaken(error), conflict: isConflict(error), refusal: isRefusal(error) }).toEqual({
      taken,
      conflict,
      refusal,
    });
  });
});
