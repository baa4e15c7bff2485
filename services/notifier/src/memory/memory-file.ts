import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyMemory, memorySchema, type Memory } from './memory.ts';
import { writeAtomically } from './write-atomically.ts';

const FILE = 'memory.json';
/** What is lost in a crash is read from the stream again. */
const SAVE_AFTER_MS = 1_000;

export interface MemoryFile {
  current(): Memory;
  /** Seen at once, on disk a second later. */
  change(by: (memory: Memory) => Memory): void;
  /** On disk when it resolves. */
  save(): Promise<void>;
  close(): Promise<void>;
}

/** Opens or begins the memory in `dir`, which is there. A file that cannot be read is put aside: the stream tells most of it again. */
export async function openMemory(
  dir: string,
  onProblem: (error: unknown, doing: string) => void,
): Promise<MemoryFile> {
  const path = join(dir, FILE);
  let memory = await readMemory(path, onProblem);
  let timer: NodeJS.Timeout | undefined;
  let saving = Promise.resolve();

  const save = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const write = saving.then(() => writeAtomically(path, JSON.stringify(memory)));
    saving = write.catch(() => undefined);
    await write;
  };
  return {
    current: () => memory,
    change: (by) => {
      memory = by(memory);
      timer ??= setTimeout(() => {
        save().catch((error: unknown) => onProblem(error, 'saving what is expected'));
      }, SAVE_AFTER_MS);
    },
    save,
    close: save,
  };
}

async function readMemory(path: string, onProblem: (error: unknown, doing: string) => void): Promise<Memory> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return emptyMemory; // of the file system
    throw error;
  }
  try {
    return memorySchema.parse(JSON.parse(text));
  } catch (error) {
    await rename(path, `${path}.broken`);
    onProblem(error, `reading ${path}; it was put aside and begun anew`);
    return emptyMemory;
  }
}
