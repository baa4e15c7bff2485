import type { SamplePlan } from '../plan-sample.ts';
import { arrayText, copyText, NULL, rowText, type CopyBlock } from '../text/copy.ts';
import { dayText, momentText } from '../text/moments.ts';
import { hexText } from '../text/hex.ts';
import { randomFrom, type Random } from '../text/random.ts';
import { interests } from '../words/english.ts';
import {
  cities,
  emoji,
  familyNames,
  givenNames,
  japaneseNames,
  middleNames,
  plainNames,
  streets,
} from '../words/names.ts';
import { sentence } from '../words/sentence.ts';
import { momentOf } from './timeline.ts';

/** Everything about the people who practise. */
export function peopleTables(plan: SamplePlan, seed: number): readonly CopyBlock[] {
  return [
    users(plan, seed),
    certificates(plan, seed),
    supportTickets(plan, seed),
    mockTestResults(plan, seed),
  ];
}

function users(plan: SamplePlan, seed: number): CopyBlock {
  return {
    table: 'public.users',
    columns:
      'id, email, handle, display_name, role, locale, password_hash, target_score, aims, address, interests, settings, phone, invited_by, current_session_id, created_at, subscribed_until',
    *rows(out) {
      const random = randomFrom(seed, 'users');
      for (let id = 1; id <= plan.users; id += 1) {
        const handle = `${random.favour(plainNames)}.${random.favour(plainNames)}${id}`;
        const isJapanese = random.chance(12);
        const aim = 300 + 50 * random.below(12);
        const fields = [
          id,
          random.chance(5) ? `${handle.toUpperCase()}@Example.COM` : `${handle}@example.com`,
          handle,
          displayName(random, isJapanese),
          random.chance(2) ? (random.chance(10) ? 'admin' : 'teacher') : 'learner',
          isJapanese ? 'ja-JP' : 'vi-VN',
          `$2b$12$${hexText(random, 24)}`,
          random.chance(70) ? 400 + 5 * random.below(118) : NULL,
          random.chance(50) ? `[${aim},${aim + 150})` : NULL,
          random.chance(60) ? copyText(address(random, isJapanese)) : NULL,
          arrayText([random.favour(interests), random.favour(interests)]),
          copyText(settings(random)),
          random.chance(40) ? `+84 9${String(random.below(1e8)).padStart(8, '0')}` : NULL,
          id > 10 && random.chance(30) ? 1 + random.below(id - 1) : NULL,
          random.chance(25) ? 1 + random.below(plan.sessions) : NULL,
          momentText(momentOf(id - 1, plan.users)),
          subscribedUntil(random, id),
        ];
        out.text(`${fields.join('\t')}\n`);
        yield;
      }
    },
  };
}

function displayName(random: Random, isJapanese: boolean): string {
  const name = isJapanese
    ? random.pick(japaneseNames)
    : `${random.favour(familyNames)} ${random.pick(middleNames)} ${random.pick(givenNames)}`;
  return random.chance(8) ? `${name} ${random.pick(emoji)}` : name;
}

function address(random: Random, isJapanese: boolean): string {
  const street = `${1 + random.below(400)} ${random.pick(streets)}${random.chance(5) ? ', hẻm "7" (sau chợ)' : ''}`;
  return rowText([
    street,
    random.favour(cities),
    String(100_000 + random.below(800_000)),
    isJapanese ? 'JP' : 'VN',
  ]);
}

function settings(random: Random): string {
  return JSON.stringify({
    theme: random.chance(40) ? 'dark' : 'light',
    dailyGoal: 5 * (1 + random.below(12)),
    reminders: { at: `${6 + random.below(16)}:30`, days: [1, 3, 5].filter(() => random.chance(70)) },
    ...(random.chance(10) ? { motto: `"${random.pick(tails())}" \\ ${random.pick(emoji)}` } : {}),
  });
}

const tails = (): readonly string[] => ['mỗi ngày một chút', '継続は力なり', 'never\tgive\nup'];

function subscribedUntil(random: Random, id: number): string {
  if (id % 97 === 0) return 'infinity';
  return random.chance(20)
    ? `${dayText(1_770_000_000_000 + random.below(300) * 86_400_000)} 00:00:00+00`
    : NULL;
}

/** The codes come from a column default that calls a function in another schema. */
function certificates(plan: SamplePlan, seed: number): CopyBlock {
  return {
    table: 'public.certificates',
    columns: 'user_id, score, issued_at',
    *rows(out) {
      const random = randomFrom(seed, 'certificates');
      for (let row = 0; row < plan.certificates; row += 1) {
        const issuedAt = momentText(momentOf(row, plan.certificates));
        out.text(`${1 + random.below(plan.users)}\t${500 + 5 * random.below(99)}\t${issuedAt}\n`);
        yield;
      }
    },
  };
}

/** The first column is often NULL, so many lines begin with a backslash. */
function supportTickets(plan: SamplePlan, seed: number): CopyBlock {
  return {
    table: 'public.support_tickets',
    columns: 'reply_to, number, author_id, message',
    *rows(out) {
      const random = randomFrom(seed, 'support_tickets');
      for (let number = 1; number <= plan.supportTickets; number += 1) {
        const replyTo = random.chance(60) ? NULL : `${random.favour(plainNames)}${number}@example.com`;
        const message = number % 10 === 1 ? AWKWARD : `${sentence(random)}\n${sentence(random)}`;
        out.text(`${replyTo}\t${number}\t${1 + random.below(plan.users)}\t${copyText(message)}\n`);
        yield;
      }
    },
  };
}

const AWKWARD =
  '\\.\n\\! rm is only text here\nC:\\temp\\new\t"quoted", \'single\', $$dollars$$; -- no comment\r\n\\N';

function mockTestResults(plan: SamplePlan, seed: number): CopyBlock {
  return {
    table: `public."mock test's ""results"""`,
    columns: '"user id", "Select", "chú thích"',
    *rows(out) {
      const random = randomFrom(seed, 'mock test');
      for (let id = 1; id <= plan.mockTestResults; id += 1) {
        out.text(
          `${id}\t${random.chance(20) ? NULL : random.below(100)}\t${id % 7 === 0 ? '' : sentence(random)}\n`,
        );
        yield;
      }
    },
  };
}
