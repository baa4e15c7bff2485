import { encodeHeader, paddingOf } from '../src/tar/header.ts';

export const TAR_END = Buffer.alloc(1024);

export const tarEntry = (name: string, content: string | Buffer): Buffer => {
  const body = Buffer.from(content);
  return Buffer.concat([
    encodeHeader({ name, sizeBytes: body.length }),
    body,
    Buffer.alloc(paddingOf(body.length)),
  ]);
};

export const tarOf = (files: Readonly<Record<string, string | Buffer>>): Buffer =>
  Buffer.concat([...Object.entries(files).map(([name, content]) => tarEntry(name, content)), TAR_END]);

export type FileInTar = { readonly name: string; readonly sizeBytes: number; readonly entry: Buffer };

/** The files in a tar, by reading nothing but headers; each with the bytes that it takes there. */
export function filesIn(tar: Buffer): readonly FileInTar[] {
  const files: FileInTar[] = [];
  for (let at = 0; tar[at] !== 0;) {
    const name = tar.toString('latin1', at, at + 100).replace(/\0.*$/s, '');
    const sizeBytes = Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8);
    const length = 512 + Math.ceil(sizeBytes / 512) * 512;
    files.push({ name, sizeBytes, entry: tar.subarray(at, at + length) });
    at += length;
  }
  return files;
}

export const namesIn = (tar: Buffer): readonly string[] => filesIn(tar).map(({ name }) => name);
