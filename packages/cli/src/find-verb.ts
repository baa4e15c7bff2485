import { globalOptionsWithValue } from './global-options.ts';

/**
 * The first words that are no flag and no global flag's value: the verb, and for `help` the one it is about. Only that
 * verb's file is loaded, which keeps start-up quick. A value of the verb's own flags cannot come before the verb.
 */
export function findVerb(argv: readonly string[]): string | undefined {
  const words: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? '';
    if (word === '--') break;
    if (globalOptionsWithValue.has(word)) index += 1;
    else if (!word.startsWith('-')) words.push(word);
    if (words.length > 0 && words[0] !== 'help') break;
    if (words.length > 1) break;
  }
  return words[0] === 'help' ? words[1] : words[0];
}
