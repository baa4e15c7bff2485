import { encryptAge, packArchive } from '@holdfast/archive';
import { HoldfastError, type Manifest } from '@holdfast/contracts';
import type { EngineContext } from '../context.ts';
import { fallBack } from '../copy/fall-back.ts';
import { checkedBytes, readDump } from '../repository/read-dump.ts';
import { begun } from './begun.ts';
import { planExport } from './plan-export.ts';

export type ExportOptions = {
  /** The stored file, whatever it is [false]. */
  readonly asIs?: boolean;
  /** X25519 recipients, `age1…`, whose identities will open the exported file [none: not encrypted]. */
  readonly encryptTo?: readonly string[];
};

type ExportContext = Pick<EngineContext, 'repository' | 'signal'>;

const ZSTD_LEVEL = 3;

/**
 * A backup as one file that needs neither parents nor keys: the stored one where it is that already, else a full archive
 * made of its dump. The first piece comes when reading has begun well, the last when all that was read is what was
 * backed up; what it throws before is what `readDump` throws, and key_invalid for a recipient that is none. A copy is read
 * where reading the repository itself cannot begin.
 */
export function exportDump(
  context: ExportContext,
  manifest: Manifest,
  { asIs = false, encryptTo = [] }: ExportOptions = {},
): AsyncIterable<Uint8Array> {
  const { content } = planExport(manifest, { asIs });
  const bytes = fromGoodPlace(context, (place) =>
    content === 'stored'
      ? checkedBytes(place.repository, manifest, place.signal)
      : standaloneBytes(place, manifest),
  );
  return encryptTo.length > 0 ? encryptAge(bytes, encryptTo) : bytes;
}

async function* fromGoodPlace(
  { repository, signal }: ExportContext,
  read: (place: ExportContext) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const { value } = await fallBack(repository, (place) => begun(read({ repository: place, signal })));
  yield* value;
}

/** One piece is held back: the header would go out before the dump is opened, the footer before it is compared. */
async function* standaloneBytes(
  { repository, signal }: ExportContext,
  manifest: Manifest,
): AsyncGenerator<Uint8Array> {
  const archive = packArchive(readDump(repository, manifest, { signal }), {
    codec: 'zstd',
    level: ZSTD_LEVEL,
    archiveId: manifest.backup.run,
    signal,
  });
  let held: Uint8Array | undefined;
  for await (const bytes of archive.bytes) {
    if (held) yield held;
    held = bytes;
  }
  const { rawSha256 } = await archive.totals;
  if (rawSha256 !== manifest.data.rawSha256)
    throw new HoldfastError(
      'archive_corrupt',
      `What was read of ${manifest.backup.filename} is not what its manifest describes. Use another backup.`,
    );
  if (held) yield held;
}
