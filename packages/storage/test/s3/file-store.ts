import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

type Written = { readonly size: number; readonly md5: string };

/** What we use of the store behind s3rver. */
export type FileStore = {
  getResourcePath(bucket: string, key: string | undefined, resource: string): string;
  existsObject(bucket: string, key: string): Promise<boolean>;
  getMetadata(bucket: string, key: string): Promise<{ readonly etag: string }>;
  listObjects(
    bucket: string,
    options: { readonly prefix?: string; readonly startAfter?: string; readonly maxKeys?: number },
  ): Promise<{
    readonly objects: readonly {
      readonly key: string;
      readonly size: number;
      readonly lastModifiedDate: Date;
    }[];
    readonly isTruncated: boolean;
  }>;
  putMetadata(bucket: string, key: string, metadata: unknown, md5: string): Promise<void>;
  putObject(object: {
    readonly bucket: string;
    readonly key: string;
    readonly content: Readable;
    readonly metadata: unknown;
  }): Promise<Written>;
  putPart(bucket: string, uploadId: string, number: string, content: Readable): Promise<Written>;
  deleteObject(bucket: string, key: string): Promise<void>;
};

/**
 * s3rver answers before its files are whole, shows objects while they are written, and cannot keep names as long or as
 * strange as S3's. Here its store writes beside and renames, and its files have names of hexadecimal digits.
 */
export function makeFaithful(store: FileStore): void {
  const names = store.constructor as unknown as {
    encodeKeyPath: (key: string) => string;
    decodeKeyPath: (path: string) => string;
  }; // the two hooks it has for Windows
  names.encodeKeyPath = (key) =>
    Buffer.from(key)
      .toString('hex')
      .replace(/.{200}(?=.)/g, '$&/');
  names.decodeKeyPath = (path) => Buffer.from(path.replaceAll('/', ''), 'hex').toString();

  store.putObject = async ({ bucket, key, content, metadata }) => {
    const path = store.getResourcePath(bucket, key, 'object');
    await mkdir(dirname(path), { recursive: true });
    const written = await writeBeside(path, content, (md5) => store.putMetadata(bucket, key, metadata, md5));
    return written;
  };
  store.putPart = async (bucket, uploadId, number, content) => {
    const path = join(uploadDir(store, bucket, uploadId), number);
    return writeBeside(path, content, (md5) => writeFile(`${path}.md5`, md5));
  };
  store.deleteObject = async (bucket, key) => {
    for (const resource of ['object', 'object.md5', 'metadata.json'])
      await rm(store.getResourcePath(bucket, key, resource), { force: true });
  };
}

let writes = 0;

async function writeBeside(
  path: string,
  content: Readable,
  before: (md5: string) => Promise<void>,
): Promise<Written> {
  const hash = createHash('md5');
  let size = 0;
  const measured = new Transform({
    transform(bytes: Buffer, _encoding, done) {
      hash.update(bytes);
      size += bytes.length;
      done(null, bytes);
    },
  });
  const beside = `${path}.${(writes += 1)}.writing`;
  await pipeline(content, measured, createWriteStream(beside));
  const md5 = hash.digest('hex');
  await before(md5);
  await rename(beside, path);
  return { size, md5 };
}

export const uploadDir = (store: FileStore, bucket: string, uploadId: string): string =>
  join(store.getResourcePath(bucket, undefined, 'uploads'), uploadId);

export type StoredUpload = { readonly key: string; readonly uploadId: string; readonly begunAt: Date };

/** Uploads that are not complete, by key. */
export async function uploadsIn(store: FileStore, bucket: string): Promise<readonly StoredUpload[]> {
  const folder = store.getResourcePath(bucket, undefined, 'uploads');
  const ids = await readdir(folder).catch(() => []); // there is none until the first upload
  const uploads = await Promise.all(
    ids.map(async (uploadId) => {
      const path = join(folder, uploadId, 'key');
      return { key: await readFile(path, 'utf8'), uploadId, begunAt: (await stat(path)).mtime };
    }),
  );
  return uploads.sort((one, other) => Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)));
}

export async function partsIn(
  store: FileStore,
  bucket: string,
  uploadId: string,
): Promise<readonly { readonly number: number; readonly size: number; readonly writtenAt: Date }[]> {
  const folder = uploadDir(store, bucket, uploadId);
  const numbers = (await readdir(folder)).filter((file) => /^\d+$/.test(file)).map(Number);
  return Promise.all(
    numbers
      .sort((one, other) => one - other)
      .map(async (number) => {
        const { size, mtime } = await stat(join(folder, String(number)));
        return { number, size, writtenAt: mtime };
      }),
  );
}

export const hasUpload = async (store: FileStore, bucket: string, uploadId: string): Promise<boolean> =>
  (await uploadsIn(store, bucket)).some((upload) => upload.uploadId === uploadId);
