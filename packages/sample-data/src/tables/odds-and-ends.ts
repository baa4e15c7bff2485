import type { SamplePlan } from '../plan-sample.ts';
import { copyText, NULL, type CopyBlock } from '../text/copy.ts';
import { dayText, momentText } from '../text/moments.ts';
import { writeHex } from '../text/hex.ts';
import { randomFrom } from '../text/random.ts';
import { nouns } from '../words/english.ts';
import { cities } from '../words/names.ts';
import { paragraph, sentence, writeParagraph } from '../words/sentence.ts';
import { momentOf } from './timeline.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The smaller tables: each is there for one thing that makes a dump hard. */
export function oddTables(plan: SamplePlan, seed: number): readonly CopyBlock[] {
  return [
    essays(plan, seed),
    avatars(plan, seed),
    roomBookings(plan, seed),
    notices(plan, seed),
    examNotices(plan, seed),
    pageCache(plan, seed),
    dailyScores(plan, seed),
  ];
}

/** The last row is very wide, and written piece by piece. */
function essays(plan: SamplePlan, seed: number): CopyBlock {
  return {
    table: 'public.essays',
    columns: 'id, author_id, title, body, written_at',
    *rows(out) {
      const random = randomFrom(seed, 'essays');
      for (let id = 1; id <= plan.essays; id += 1) {
        out.text(`${id}\t${1 + random.below(plan.users)}\t${sentence(random)}\t`);
        writeParagraph(out, random, 12);
        for (let left = id === plan.essays ? plan.wideRowParagraphs : 0; left > 0; left -= 1) {
          out.text('\\n');
          writeParagraph(out, random, 40);
          yield;
        }
        out.text(`\t${momentText(momentOf(id - 1, plan.essays))}\n`);
        yield;
      }
    },
  };
}

function avatars(plan: SamplePlan, seed: number): CopyBlock {
  return {
    table: 'public.avatars',
    columns: 'user_id, image',
    *rows(out) {
      const random = randomFrom(seed, 'avatars');
      for (let id = 1; id <= plan.avatars; id += 1) {
        out.text(`${id}\t\\\\x`);
        writeHex(out, random, 4_000 + 4 * random.below(4_000));
        out.newline();
        yield;
      }
    },
  };
}

/** Every room is free again before its next booking. */
function roomBookings(plan: SamplePlan, seed: number): CopyBlock {
  return {
    table: 'public.room_bookings',
    columns: 'room, during, booked_by',
    *rows(out) {
      const random = randomFrom(seed, 'room_bookings');
      for (let row = 0; row < plan.roomBookings; row += 1) {
        const fromMs = 1_735_689_600_000 + Math.floor(row / 5) * 4 * HOUR_MS;
        const until =
          row >= plan.roomBookings - 5
            ? 'infinity'
            : `"${momentText(fromMs + (1 + random.below(4)) * HOUR_MS)}"`;
        out.text(
          `Phòng ${1 + (row % 5)}\t["${momentText(fromMs)}",${until})\t${1 + random.below(plan.users)}\n`,
        );
        yield;
      }
    },
  };
}

function notices(plan: SamplePlan, seed: number): CopyBlock {
  return {
    table: 'public.notices',
    columns: 'id, title, body, visible_from',
    *rows(out) {
      const random = randomFrom(seed, 'notices');
      for (let id = 1; id <= plan.notices; id += 1) {
        const from = random.chance(50) ? '-infinity' : momentText(momentOf(id - 1, plan.notices));
        out.text(`${id}\t${sentence(random)}\t${random.chance(20) ? NULL : paragraph(random, 3)}\t${from}\n`);
        yield;
      }
    },
  };
}

function examNotices(plan: SamplePlan, seed: number): CopyBlock {
  return {
    table: 'public.exam_notices',
    columns: 'id, title, exam_on, city',
    *rows(out) {
      const random = randomFrom(seed, 'exam_notices');
      for (let id = 1; id <= plan.examNotices; id += 1) {
        out.text(
          `${id}\tKỳ thi ${id}\t${dayText(1_767_225_600_000 + id * 7 * DAY_MS)}\t${random.pick(cities)}\n`,
        );
        yield;
      }
    },
  };
}

function pageCache(plan: SamplePlan, seed: number): CopyBlock {
  return {
    table: 'public.page_cache',
    columns: 'path, html',
    *rows(out) {
      const random = randomFrom(seed, 'page_cache');
      for (let row = 1; row <= plan.cachedPages; row += 1) {
        const html = `<article class="news">\n\t<p>${paragraph(random, 4)}</p>\n</article>`;
        out.text(`/news/${row}-${random.pick(nouns)}\t${copyText(html)}\n`);
        yield;
      }
    },
  };
}

function dailyScores(plan: SamplePlan, seed: number): CopyBlock {
  return {
    table: '"Analytics"."Điểm số"',
    columns: '"Ngày", "Phần thi", "Điểm trung bình", "Độ lệch"',
    *rows(out) {
      const random = randomFrom(seed, 'daily scores');
      for (let row = 0; row < plan.dailyScores; row += 1) {
        const day = dayText(1_735_689_600_000 + Math.floor(row / 7) * DAY_MS);
        const mean = random.chance(3) ? 'NaN' : `${50 + random.below(40)}.${random.bits()}${random.bits()}`;
        out.text(`${day}\t${1 + (row % 7)}\t${mean}\t${random.below(1e6) / 1e5}\n`);
        yield;
      }
    },
  };
}
