import { Decrypter, type Stanza } from 'age-encryption';
import { AgeError } from './age-error.ts';
import { assertIdentity } from './keys.ts';

/**
 * The file key, once the header has proved whole. Throws key_missing, key_wrong and key_invalid, and archive_corrupt for
 * a header that was changed. One whose wrapped keys were changed cannot be told from one for somebody else: key_wrong.
 */
export async function openHeader(header: Uint8Array, identities: readonly string[]): Promise<Uint8Array> {
  if (identities.length === 0)
    throw new AgeError('key_missing', 'The file is encrypted, and no identity is given.');
  const decrypter = new Decrypter();
  for (const [index, identity] of identities.entries()) {
    // Before the library sees it: its errors repeat what they refuse.
    assertIdentity(identity, `Identity ${index + 1}`);
    decrypter.addIdentity(identity);
  }
  // Asked last, so only when none before it opened the file.
  decrypter.addIdentity({
    unwrapFileKey: (stanzas: readonly Stanza[]) => {
      throw keyWrong(stanzas, identities.length);
    },
  });
  return decryptHeader(decrypter, header);
}

/** What `decrypter` gets from the header. An AgeError of its identities is passed on, and so is any error of Node's own. */
export async function decryptHeader(decrypter: Decrypter, header: Uint8Array): Promise<Uint8Array> {
  try {
    return await decrypter.decryptHeader(header);
  } catch (cause) {
    // No memory for scrypt, for one, says nothing of the file.
    if (cause instanceof AgeError || isOfNode(cause)) throw cause;
    throw new AgeError('archive_corrupt', 'The header was changed after it was written.', { cause });
  }
}

function keyWrong(stanzas: readonly Stanza[], tried: number): AgeError {
  const kinds = stanzas.map(({ args }) => args[0]);
  const recipients = kinds.filter((kind) => kind === 'X25519').length;
  const failed =
    tried === 1
      ? 'The one identity given does not open the file'
      : `None of the ${tried} identities given opens the file`;
  if (kinds.includes('scrypt')) return new AgeError('key_wrong', `${failed}: a passphrase does.`);
  return new AgeError(
    'key_wrong',
    `${failed}, which has ${recipients} recipient${recipients === 1 ? '' : 's'}.`,
  );
}

const isOfNode = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string';
