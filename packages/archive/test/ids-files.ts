import { hash } from 'node:crypto';
import type { Ancestor } from '../src/format/header.ts';
import { openIds, packArchive, parseIndexKey, sealIds, type ParentIds } from '../src/index.ts';
import { collect, copyText, inPieces } from './bytes.ts';
import { idOf } from './chains.ts';
import { fixtureDumps } from './fixture.ts';

/** Index keys for tests. Everybody knows them: they seal nothing. */
export const INDEX_KEY = parseIndexKey('00112233445566778899aabbccddeeff'.repeat(2));
export const OTHER_KEY = parseIndexKey('ffeeddccbbaa99887766554433221100'.repeat(2));

export const shaOf = (number: number): Buffer => hash('sha256', `chunk ${number}`, 'buffer');
export const LINEAGE: readonly Ancestor[] = [2, 1, 0].map((place) => ({
  archiveId: idOf(place),
  footerSha256: shaOf(1_000 + place).toString('hex'),
}));

/** The file for an archive of the chunks with these numbers, each of 1,000 bytes. */
export async function sealNumbers(
  numbers: readonly number[],
  { lineage = LINEAGE, key = INDEX_KEY } = {},
): Promise<Buffer> {
  const { observer, bytes } = sealIds(lineage[0]?.archiveId ?? '', key);
  const [file] = await Promise.all([
    collect(bytes),
    (async () => {
      for (const number of numbers) await observer.chunk(shaOf(number), 1_000);
      await observer.end(lineage);
    })(),
  ]);
  return file;
}

export const openFile = (file: Uint8Array, archiveId = idOf(2), key = INDEX_KEY): Promise<ParentIds> =>
  openIds(inPieces(file, 10_000), { archiveId, key });

export type WithIds = { readonly file: Buffer; readonly ids: Buffer };

/** A backup by a writer that reads none: a full, or what `parent`, whose ids alone it knows, lacks. */
export async function packBlind(
  dump: Uint8Array,
  place: number,
  parent?: { readonly ids: Buffer; readonly place?: number; readonly kind?: 'differential' | 'incremental' },
): Promise<WithIds> {
  const { observer, bytes } = sealIds(idOf(place), INDEX_KEY);
  const archive = packArchive(inPieces(dump), {
    codec: 'zstd',
    level: 3,
    archiveId: idOf(place),
    observer,
    ...(parent
      ? {
          parent: {
            kind: parent.kind ?? 'incremental',
            ids: await openFile(parent.ids, idOf(parent.place ?? place - 1)),
          },
        }
      : {}),
  });
  const [file, ids] = await Promise.all([collect(archive.bytes), collect(bytes)]);
  return { file, ids };
}

/** The dump of the committed full, appended to: what the child made by ids holds. */
export const grownFixture = (): Buffer => Buffer.concat([fixtureDumps()[0], copyText(100_000, 61)]);
