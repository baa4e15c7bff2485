import type { SamplePlan } from '../plan-sample.ts';
import { arrayText, copyText, NULL, type CopyBlock } from '../text/copy.ts';
import { dayText } from '../text/moments.ts';
import { randomFrom, type Random } from '../text/random.ts';
import { adjectives, adverbs, nouns, verbs } from '../words/english.ts';
import { paragraph, sentence } from '../words/sentence.ts';
import { momentOf } from './timeline.ts';

const PASSAGE_KINDS = ['e-mail', 'memo', 'article', 'notice', 'advertisement', 'text-message chain'];
const OPTIONS = [nouns, verbs, adjectives, adverbs];

/** Large objects have ids of their own in a database; the recording of question n is this plus n. */
export const FIRST_RECORDING = 900_000;

/** Question sets and all that belongs to them. */
export function contentTables(plan: SamplePlan, seed: number): readonly CopyBlock[] {
  return [
    questionSets(plan, seed),
    passages(plan, seed),
    questions(plan, seed),
    explanations(plan, seed),
    recordings(plan, seed),
  ];
}

function questionSets(plan: SamplePlan, seed: number): CopyBlock {
  return {
    table: 'content.question_sets',
    columns: 'id, title, published_on, level',
    *rows(out) {
      const random = randomFrom(seed, 'question_sets');
      for (let id = 1; id <= plan.questionSets; id += 1) {
        const publishedOn = id % 11 === 0 ? NULL : dayText(momentOf(id - 1, plan.questionSets));
        const level = id % 13 === 0 ? 'NaN' : (1 + random.below(900) / 100).toFixed(2);
        out.text(
          `${id}\tĐề thi thử số ${id}: ${random.pick(adjectives)} ${random.pick(nouns)}\t${publishedOn}\t${level}\n`,
        );
        yield;
      }
    },
  };
}

function passages(plan: SamplePlan, seed: number): CopyBlock {
  return {
    table: 'content.passages',
    columns: 'id, set_id, kind, body',
    *rows(out) {
      const random = randomFrom(seed, 'passages');
      for (let id = 1; id <= plan.passages; id += 1) {
        const body = `${paragraph(random, 6)}\n\n${paragraph(random, 8)}\n\n${paragraph(random, 5)}`;
        out.text(
          `${id}\t${1 + random.below(plan.questionSets)}\t${random.favour(PASSAGE_KINDS)}\t${copyText(body)}\n`,
        );
        yield;
      }
    },
  };
}

function questions(plan: SamplePlan, seed: number): CopyBlock {
  return {
    table: 'content.questions',
    columns: 'id, set_id, passage_id, part, prompt, choices, answer, difficulty, best_explanation_id',
    *rows(out) {
      const random = randomFrom(seed, 'questions');
      for (let id = 1; id <= plan.questions; id += 1) {
        const part = 1 + (id % 7);
        const fields = [
          id,
          1 + Math.floor((id - 1) / 100),
          part >= 6 ? 1 + random.below(plan.passages) : NULL,
          part,
          part === 5 ? sentence(random).replace(/ \w+ /, ' _______ ') : paragraph(random, 2),
          copyText(arrayText(choices(random, part))),
          'ABCD'.charAt(random.below(4)),
          id % 50 === 0 ? 'NaN' : `${random.below(10)}.${random.bits()}`,
          random.chance(80) ? id : NULL,
        ];
        out.text(`${fields.join('\t')}\n`);
        yield;
      }
    },
  };
}

function choices(random: Random, part: number): readonly string[] {
  const list = random.pick(OPTIONS);
  return Array.from({ length: 4 }, () => (part === 5 ? random.pick(list) : sentence(random)));
}

function explanations(plan: SamplePlan, seed: number): CopyBlock {
  return {
    table: 'content.explanations',
    columns: 'id, question_id, author_id, body, votes',
    *rows(out) {
      const random = randomFrom(seed, 'explanations');
      for (let id = 1; id <= plan.explanations; id += 1) {
        const body = `Đáp án đúng vì: ${paragraph(random, 2)}`;
        out.text(`${id}\t${id}\t${1 + random.below(plan.users)}\t${body}\t${random.below(40)}\n`);
        yield;
      }
    },
  };
}

function recordings(plan: SamplePlan, seed: number): CopyBlock {
  return {
    table: 'content.recordings',
    columns: 'question_id, voice, duration, audio',
    *rows(out) {
      const random = randomFrom(seed, 'recordings');
      for (let id = 1; id <= plan.recordings; id += 1) {
        const voice = random.pick(['US female', 'UK male', 'AU female', 'CA male']);
        out.text(
          `${id}\t${voice}\t00:00:${10 + random.below(50)}.${random.below(10)}\t${FIRST_RECORDING + id}\n`,
        );
        yield;
      }
    },
  };
}
