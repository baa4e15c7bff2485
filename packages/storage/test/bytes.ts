/** What a stream gave, in one piece. */
export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

export async function* streamOf(...parts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

export async function keysOf(objects: AsyncIterable<{ readonly key: string }>): Promise<string[]> {
  return (await all(objects)).map(({ key }) => key);
}

/** So many bytes in pieces of 1 MiB at most, no two pieces alike. */
export function pieces(sizeBytes: number, seed = 'holdfast'): readonly Buffer[] {
  const MIB = 1 << 20;
  return Array.from({ length: Math.ceil(sizeBytes / MIB) }, (_, index) =>
    Buffer.alloc(Math.min(MIB, sizeBytes - index * MIB), `${seed} ${index} `),
  );
}
