import type { Hook } from './hooks-file.ts';

/** The hooks for a database, in the file's order. */
export function planHooks(hooks: readonly Hook[], database: string): readonly Hook[] {
  return hooks.filter(({ databases }) =>
    databases.split(',').some((pattern) => patternOf(pattern.trim()).test(database)),
  );
}

const patternOf = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replaceAll(/[^*?]/g, (letter) => `\\u{${(letter.codePointAt(0) ?? 0).toString(16)}}`)
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    'u',
  );
