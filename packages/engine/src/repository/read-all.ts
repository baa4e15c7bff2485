import type { Storage } from '@holdfast/storage';

/** For small objects: a manifest, a key. */
export async function readAll(storage: Storage, key: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of storage.get(key)) parts.push(part);
  return Buffer.concat(parts);
}
