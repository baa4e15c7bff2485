import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Options } from '../src/index.ts';
import { makeFaults, type Fault } from './s3/faults.ts';
import { makeFaithful, type FileStore } from './s3/file-store.ts';
import { s3Proxy, type ProxySettings } from './s3/proxy.ts';
import type { S3Call, S3Request } from './s3/s3-call.ts';

/** s3rver has no types; this is what we use of it. */
type S3rver = {
  readonly store: FileStore;
  run(): Promise<{ readonly port: number }>;
  close(): Promise<void>;
};
const S3rver = createRequire(import.meta.url)('s3rver') as new (options: {
  readonly address: string;
  readonly port: number;
  readonly silent: boolean;
  readonly directory: string;
  readonly configureBuckets: readonly { readonly name: string }[];
}) => S3rver;

export const BUCKET = 'backups';
/** s3rver knows no other. */
const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

export type S3Server = {
  readonly endpoint: string;
  /** For openS3Storage. */
  readonly options: S3Options;
  /** Every request since the start. */
  readonly calls: readonly S3Request[];
  countOf(call: S3Call): number;
  inject(fault: Fault): void;
  close(): Promise<void>;
};

/** A server of our own on a free port, with one bucket, in a folder of its own. */
export async function startS3Server(
  settings: Pick<ProxySettings, 'conditions' | 'pageSize' | 'lock'> = {},
): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-s3-'));
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: BUCKET }],
  });
  makeFaithful(server.store);
  const { port } = await server.run();
  const faults = makeFaults();
  const calls: S3Request[] = [];
  const { promise: closing, resolve: close } = Promise.withResolvers<void>();
  const { proxy, idle } = s3Proxy({ ...settings, port, store: server.store, faults, calls, closing });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`; // it listens on TCP
  return {
    endpoint,
    options: { bucket: BUCKET, endpoint, credentials, partBytes: 5 << 20 },
    calls,
    countOf: (call) => calls.filter((each) => each.call === call).length,
    inject: (fault) => faults.inject(fault),
    close: async () => {
      close();
      proxy.closeAllConnections();
      await new Promise<void>((resolve) => proxy.close(() => resolve()));
      await idle();
      await server.close();
      await rm(directory, { recursive: true });
    },
  };
}
