import { rm } from 'node:fs/promises';
import { hasUpload, partsIn, uploadDir, uploadsIn, type FileStore } from './file-store.ts';
import type { S3Request } from './s3-call.ts';

export type Answer = { readonly status: number; readonly body: string };

/** Object lock, as the tests want the bucket to have it. */
export type BucketLock = {
  readonly mode: string;
  readonly retainUntil: Date;
  /** Whether a HEAD shows it, which takes a right of its own. */
  readonly isShown: boolean;
};

export type OwnSettings = {
  /** Answers of so few; without it s3rver lists. */
  readonly pageSize?: number;
  readonly lock?: BucketLock;
};

const xml = (root: string, content: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><${root}>${content}</${root}>`;
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll('%20', '+').replaceAll('%2F', '/');

export const errorXml = (code: string, message = 'injected'): string =>
  xml('Error', `<Code>${code}</Code><Message>${message}</Message>`);
export const failure = (status: number, code: string): Answer => ({ status, body: errorXml(code) });

/** What s3rver does not know, or answers wrongly. Undefined: it may answer. */
export async function ownAnswer(
  store: FileStore,
  request: S3Request,
  { pageSize, lock }: OwnSettings,
): Promise<Answer | undefined> {
  const { call, bucket, key, query, headers } = request;
  const uploadId = query.get('uploadId') ?? '';
  switch (call) {
    case 'UploadPart':
    case 'CompleteMultipartUpload':
      return (await hasUpload(store, bucket, uploadId)) ? undefined : failure(404, 'NoSuchUpload');
    case 'GetObject': {
      const expected = headers['if-match'];
      if (expected === undefined || !(await store.existsObject(bucket, key))) return undefined;
      return (await store.getMetadata(bucket, key)).etag === expected
        ? undefined
        : failure(412, 'PreconditionFailed');
    }
    case 'AbortMultipartUpload':
      if (!(await hasUpload(store, bucket, uploadId))) return failure(404, 'NoSuchUpload');
      await rm(uploadDir(store, bucket, uploadId), { recursive: true });
      return { status: 204, body: '' };
    case 'ListParts':
      if (!(await hasUpload(store, bucket, uploadId))) return failure(404, 'NoSuchUpload');
      return parts(store, request, uploadId, pageSize);
    case 'ListMultipartUploads':
      return uploads(store, request, pageSize);
    case 'ListObjectsV2':
      return pageSize === undefined ? undefined : objects(store, request, pageSize);
    case 'GetObjectLockConfiguration':
      return lock
        ? {
            status: 200,
            body: xml('ObjectLockConfiguration', '<ObjectLockEnabled>Enabled</ObjectLockEnabled>'),
          }
        : failure(404, 'ObjectLockConfigurationNotFoundError');
    case 'GetObjectRetention':
      return lock
        ? {
            status: 200,
            body: xml(
              'Retention',
              `<Mode>${lock.mode}</Mode><RetainUntilDate>${lock.retainUntil.toISOString()}</RetainUntilDate>`,
            ),
          }
        : failure(404, 'NoSuchObjectLockConfiguration');
    case 'PutObject':
    case 'HeadObject':
    case 'DeleteObject':
    case 'CreateMultipartUpload':
    case 'HeadBucket':
    case 'Other':
    default:
      return undefined;
  }
}

async function parts(
  store: FileStore,
  { bucket, query }: S3Request,
  uploadId: string,
  pageSize = 1000,
): Promise<Answer> {
  const after = Number(query.get('part-number-marker') ?? 0);
  const left = (await partsIn(store, bucket, uploadId)).filter(({ number }) => number > after);
  const page = left.slice(0, pageSize);
  return {
    status: 200,
    body: xml(
      'ListPartsResult',
      page
        .map(
          ({ number, size, writtenAt }) =>
            `<Part><PartNumber>${number}</PartNumber><Size>${size}</Size><LastModified>${writtenAt.toISOString()}</LastModified></Part>`,
        )
        .join('') +
        `<IsTruncated>${left.length > pageSize}</IsTruncated><NextPartNumberMarker>${page.at(-1)?.number ?? 0}</NextPartNumberMarker>`,
    ),
  };
}

async function uploads(store: FileStore, { bucket, query }: S3Request, pageSize = 1000): Promise<Answer> {
  const prefix = query.get('prefix') ?? '';
  const markers = [query.get('key-marker') ?? '', query.get('upload-id-marker') ?? ''] as const;
  const all = (await uploadsIn(store, bucket)).filter(({ key }) => key.startsWith(prefix));
  const from = all.findIndex(({ key, uploadId }) => key === markers[0] && uploadId === markers[1]) + 1;
  const page = all.slice(from, from + pageSize);
  const last = page.at(-1);
  return {
    status: 200,
    body: xml(
      'ListMultipartUploadsResult',
      `<EncodingType>url</EncodingType><IsTruncated>${all.length > from + pageSize}</IsTruncated>` +
        (last
          ? `<NextKeyMarker>${encoded(last.key)}</NextKeyMarker><NextUploadIdMarker>${last.uploadId}</NextUploadIdMarker>`
          : '') +
        page
          .map(
            ({ key, uploadId, begunAt }) =>
              `<Upload><Key>${encoded(key)}</Key><UploadId>${uploadId}</UploadId><Initiated>${begunAt.toISOString()}</Initiated></Upload>`,
          )
          .join(''),
    ),
  };
}

async function objects(store: FileStore, { bucket, query }: S3Request, pageSize: number): Promise<Answer> {
  const token = query.get('continuation-token');
  const { objects: page, isTruncated } = await store.listObjects(bucket, {
    prefix: query.get('prefix') ?? '',
    maxKeys: pageSize,
    ...(token !== null && { startAfter: Buffer.from(token, 'base64').toString() }),
  });
  const next = Buffer.from(page.at(-1)?.key ?? '').toString('base64');
  return {
    status: 200,
    body: xml(
      'ListBucketResult',
      `<EncodingType>url</EncodingType><IsTruncated>${isTruncated}</IsTruncated>` +
        (isTruncated ? `<NextContinuationToken>${escaped(next)}</NextContinuationToken>` : '') +
        page
          .map(
            ({ key, size, lastModifiedDate }) =>
              `<Contents><Key>${encoded(key)}</Key><Size>${size}</Size><LastModified>${lastModifiedDate.toISOString()}</LastModified></Contents>`,
          )
          .join(''),
    ),
  };
}
