import type { KeyDescription } from '@holdfast/engine';
import { renderFields, renderWarnings, type Screen } from './fields.ts';

/** What the settings come to: whom backups are encrypted to, and who reads them. */
export function renderKeys(keys: KeyDescription, screen: Screen): readonly string[] {
  return [
    ...renderFields(
      [
        ['backups are encrypted', whetherEncrypted(keys)],
        ['to', keys.recipients.join(' ') || undefined],
        ['this process reads', whatItReads(keys)],
        ['index key', keys.indexKey],
        ['next', nextOf(keys)],
      ],
      screen,
    ),
    ...renderWarnings(keys.notes, screen),
  ];
}

function whetherEncrypted({ encryptsByDefault, recipients, readsOwn }: KeyDescription): string {
  if (recipients.length === 0 && !readsOwn) return 'no: there is no key';
  return encryptsByDefault ? 'yes' : 'when a request asks for it';
}

function whatItReads({ readers, readsOwn }: KeyDescription): string {
  if (readsOwn) return 'what it writes';
  return readers.length === 0
    ? 'none that is encrypted: it has no private key'
    : `what is encrypted to ${readers.join(' ')}, and so not what it writes`;
}

const nextOf = ({ recipients, readsOwn, indexKey }: KeyDescription): string | undefined => {
  if (recipients.length === 0 && !readsOwn) return 'backup-admin keys generate';
  // It would make fulls only.
  return readsOwn || indexKey !== undefined ? undefined : 'backup-admin keys generate --index';
};
