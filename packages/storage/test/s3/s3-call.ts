import type { IncomingMessage } from 'node:http';

/** A request, as S3 names it. */
export type S3Call =
  | 'PutObject'
  | 'GetObject'
  | 'HeadObject'
  | 'DeleteObject'
  | 'CreateMultipartUpload'
  | 'UploadPart'
  | 'CompleteMultipartUpload'
  | 'AbortMultipartUpload'
  | 'ListParts'
  | 'GetObjectRetention'
  | 'HeadBucket'
  | 'ListObjectsV2'
  | 'ListMultipartUploads'
  | 'GetObjectLockConfiguration'
  | 'Other';

export type S3Request = {
  readonly call: S3Call;
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
};

export function readRequest({ method = '', url = '', headers }: IncomingMessage): S3Request {
  const { pathname, searchParams: query } = new URL(url, 'http://s3');
  const [, bucket = '', ...rest] = pathname.split('/');
  const key = decodeURIComponent(rest.join('/'));
  return { call: callOf(method, key, query), bucket, key, query, headers };
}

function callOf(method: string, key: string, query: URLSearchParams): S3Call {
  if (key === '') {
    if (method === 'HEAD') return 'HeadBucket';
    if (method !== 'GET') return 'Other';
    if (query.has('uploads')) return 'ListMultipartUploads';
    if (query.has('object-lock')) return 'GetObjectLockConfiguration';
    return query.get('list-type') === '2' ? 'ListObjectsV2' : 'Other';
  }
  const isPart = query.has('uploadId');
  switch (method) {
    case 'PUT':
      return isPart ? 'UploadPart' : 'PutObject';
    case 'HEAD':
      return 'HeadObject';
    case 'POST':
      return isPart ? 'CompleteMultipartUpload' : 'CreateMultipartUpload';
    case 'DELETE':
      return isPart ? 'AbortMultipartUpload' : 'DeleteObject';
    default:
      if (query.has('retention')) return 'GetObjectRetention';
      return isPart ? 'ListParts' : 'GetObject';
  }
}
