import type { SamplePlan } from '../plan-sample.ts';
import { copyText, NULL, type CopyBlock } from '../text/copy.ts';
import { writeHex } from '../text/hex.ts';
import { writeMoment } from '../text/moments.ts';
import { randomFrom, type Random } from '../text/random.ts';
import { word, type Writer } from '../text/writer.ts';
import { devices } from '../words/names.ts';
import { momentOf } from './timeline.ts';

/** Twenty kinds in turn, so that each list partition's count is known: 12 of access, 3 of money, 5 of the rest. */
export const EVENT_KINDS = [
  ...Array.from({ length: 9 }, () => 'login'),
  ...Array.from({ length: 3 }, () => 'logout'),
  'purchase',
  'purchase',
  'refund',
  'audio_played',
  'audio_played',
  'page_viewed',
  'page_viewed',
  'question_reported',
];

const encodedKinds = EVENT_KINDS.map(word);
const encodedDevices = devices.map(word);
const screens = ['home', 'part 5', 'ranking', 'từ vựng'].map(word);
const nothing = word(NULL);
const BEFORE_DEVICE = word('\t{"device": "');
const BEFORE_REQUEST = word('", "request": "');
const BEFORE_DURATION = word('", "durationMs": ');
const BEFORE_SCREEN = word(', "screen": "');
const END = word('"}\n');

export function events(plan: SamplePlan, seed: number): CopyBlock {
  return {
    table: 'public.events',
    columns: 'happened_at, user_id, kind, payload',
    *rows(out) {
      const random = randomFrom(seed, 'events');
      for (let row = 0; row < plan.events; row += 1) {
        const kind = EVENT_KINDS[row % EVENT_KINDS.length] ?? '';
        writeMoment(out, momentOf(row, plan.events));
        out.tab();
        if (random.chance(3)) out.word(nothing);
        else out.number(1 + random.below(plan.users));
        out.tab();
        out.word(encodedKinds[row % encodedKinds.length] ?? nothing);
        out.word(BEFORE_DEVICE);
        out.word(random.favour(encodedDevices));
        out.word(BEFORE_REQUEST);
        writeHex(out, random, 16);
        if (kind === 'purchase' || kind === 'refund') writePayment(out, random);
        else writeVisit(out, random);
        yield;
      }
    },
  };
}

function writePayment(out: Writer, random: Random): void {
  const amount = 49_000 * (1 + random.below(12));
  const note = copyText(JSON.stringify('gói "Premium" – 12 tháng'));
  out.text(`", "amount": ${amount}, "currency": "VND", "note": ${note}}\n`);
}

function writeVisit(out: Writer, random: Random): void {
  out.word(BEFORE_DURATION);
  out.number(random.below(90_000));
  out.word(BEFORE_SCREEN);
  out.word(random.pick(screens));
  out.word(END);
}
