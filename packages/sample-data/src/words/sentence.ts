import type { Random } from '../text/random.ts';
import { word, wordList, Writer, type Word, type WordList } from '../text/writer.ts';
import { adjectives, adverbs, days, names, nouns, openings, tails, verbs } from './english.ts';

/** A curly bracket stands for a word of that kind; `{count}` for a small number, `{code}` for a large one. */
const patterns = [
  'The {adjective} {noun} was {adverb} {verb} {tail}.',
  'Our {noun} {verb} the {adjective} {noun} and the {noun} {tail}.',
  'Please note that {noun} no. {code} has been {verb} {tail}.',
  '{name} {verb} {count} {adjective} {noun}s {tail}.',
  'Neither the {noun} nor the {adjective} {noun} was {verb} {tail}.',
  '{opening} the {noun} {adverb} {verb} every {adjective} {noun}.',
  'According to {name}, the {noun} of the {noun} {verb} room {count} {tail}.',
  'If the {noun} is not {verb} {tail}, call {name} at extension {count}.',
];

/** Words with the text that stands before them in their pattern: half as many writes. A number writes its text first. */
type Part = { readonly kind: 'words' | 'count' | 'code'; readonly words: WordList };
type Pattern = { readonly parts: readonly Part[]; readonly end: Word };

const lists: Readonly<Record<string, readonly string[]>> = {
  adjective: adjectives,
  adverb: adverbs,
  day: days,
  name: names,
  noun: nouns,
  opening: openings,
  verb: verbs,
};
const parts = new Map<string, Part>();

/** Patterns share their parts: the same words after the same text are kept once. */
function partOf(text: string, kind: string): Part {
  const key = `${text}{${kind}}`;
  const known = parts.get(key);
  if (known) return known;
  const part: Part =
    kind === 'count' || kind === 'code'
      ? { kind, words: wordList([text]) }
      : { kind: 'words', words: wordList((lists[kind] ?? []).map((each) => text + each)) };
  parts.set(key, part);
  return part;
}

const compiled: readonly Pattern[] = patterns
  .flatMap((pattern) =>
    pattern.includes('{tail}') ? tails.map((tail) => pattern.replace('{tail}', tail)) : pattern,
  )
  .map((pattern) => {
    const pieces = pattern.split(/[{}]/); // texts and kinds take turns
    return {
      parts: pieces.flatMap((kind, at) => (at % 2 === 1 ? [partOf(pieces[at - 1] ?? '', kind)] : [])),
      end: word(pieces.at(-1) ?? ''),
    };
  });

/**
 * Writes about twelve words of business English with a full stop: made from word lists, with a number or a name here
 * and there, so that it compresses as prose does.
 */
export function writeSentence(out: Writer, random: Random): void {
  const { parts, end } = random.pick(compiled);
  for (let index = 0; index < parts.length; index += 1) {
    const { kind, words } = parts[index] as Part; // within its length; an iterator here costs a tenth of all time
    out.wordOf(words, random.favourBelow(words.length));
    if (kind === 'count') out.number(2 + random.below(998));
    else if (kind === 'code') out.number(10_000 + random.below(900_000));
  }
  out.word(end);
}

/** Several sentences with a space between them. */
export function writeParagraph(out: Writer, random: Random, sentences: number): void {
  for (let written = 0; written < sentences; written += 1) {
    if (written > 0) out.word(SPACE);
    writeSentence(out, random);
  }
}

const SPACE = word(' ');
const scratch = new Writer();

export function sentence(random: Random): string {
  writeSentence(scratch, random);
  return scratch.takeText();
}

export function paragraph(random: Random, sentences: number): string {
  writeParagraph(scratch, random, sentences);
  return scratch.takeText();
}
