import { expect, test } from 'vitest';
import { addressOf, retrySubject } from './retry-subject.ts';

test.each([
  ['backup.requested.app', { subject: 'backup.requested.app', retryFor: undefined }],
  [
    retrySubject('backup.requested.app', 'validator_backup_requested'),
    { subject: 'backup.requested.app', retryFor: 'validator_backup_requested' },
  ],
  ['backup.requested.retry', { subject: 'backup.requested.retry', retryFor: undefined }],
  ['', { subject: '', retryFor: undefined }],
])('%s', (subject, expected) => {
  expect(addressOf(subject)).toEqual(expected);
});
