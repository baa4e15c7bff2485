/** Years in UTC with their share of all answers: the app grows. The partitions of `answers` follow them. */
export const years = [
  { year: 2022, share: 0.09, startMs: 1_640_995_200_000, endMs: 1_672_531_200_000 },
  { year: 2023, share: 0.2, startMs: 1_672_531_200_000, endMs: 1_704_067_200_000 },
  { year: 2024, share: 0.3, startMs: 1_704_067_200_000, endMs: 1_735_689_600_000 },
  { year: 2025, share: 0.4, startMs: 1_735_689_600_000, endMs: 1_767_225_600_000 },
] as const;

/** Where the newest partition, empty at first, begins. */
export const appendFromMs = 1_767_225_600_000;

/** Rows of each table, and of what is not a table. Everything else in this package follows from it. */
export type SamplePlan = {
  readonly users: number;
  readonly questionSets: number;
  readonly passages: number;
  readonly questions: number;
  readonly explanations: number;
  readonly recordings: number;
  readonly sessions: number;
  /** Answers from before there were dates, in the default partition; their ids come first. */
  readonly importedAnswers: number;
  /** One count per entry of `years`. */
  readonly answersOfYear: readonly number[];
  readonly events: number;
  readonly vocabularyProgress: number;
  readonly essays: number;
  readonly supportTickets: number;
  readonly avatars: number;
  readonly certificates: number;
  readonly roomBookings: number;
  readonly notices: number;
  readonly examNotices: number;
  readonly cachedPages: number;
  readonly dailyScores: number;
  readonly mockTestResults: number;
  /** Paragraphs, of about 3 kB each, in the one very wide row among the essays. */
  readonly wideRowParagraphs: number;
  /** Bytes of each recording, which is a large object. */
  readonly recordingBytes: number;
};

const EMPTY_DATABASE_MEGABYTES = 9;
const PARAGRAPH_BYTES = 2_900;

export function planSample(megabytes: number): SamplePlan {
  const ownMegabytes = Math.max(megabytes - EMPTY_DATABASE_MEGABYTES, megabytes / 4);
  const wideRowBytes = megabytes >= 50 ? 10_000_000 : Math.round(megabytes * 20_000);
  // The wide row is compressed where it rests, to about half; what it takes, the many small rows leave out.
  const size = Math.max(ownMegabytes - wideRowBytes / 2_000_000, 0.2);
  const per = (rowsPerMegabyte: number, least: number): number =>
    Math.max(least, Math.round(size * rowsPerMegabyte));
  const answers = per(4_300, 200);
  const importedAnswers = Math.floor(answers / 100);
  const answersOfYear = years.map(({ share }) => Math.floor(answers * share));
  const questions = per(30, 60);
  return {
    users: per(50, 30),
    questionSets: Math.ceil(questions / 100),
    passages: Math.ceil(questions / 4),
    questions,
    explanations: questions,
    recordings: Math.ceil(size / 4),
    sessions: per(105, 40),
    importedAnswers,
    answersOfYear,
    events: per(520, 60),
    vocabularyProgress: per(560, 60),
    essays: per(17, 5),
    supportTickets: per(10, 12),
    avatars: per(1, 2),
    certificates: per(5, 10),
    roomBookings: per(4, 10),
    notices: per(0.5, 5),
    examNotices: per(0.25, 5),
    cachedPages: per(1, 5),
    dailyScores: 7 * 365,
    mockTestResults: per(2, 10),
    wideRowParagraphs: Math.ceil(wideRowBytes / PARAGRAPH_BYTES),
    recordingBytes: 65_536,
  };
}

/** All rows of `answers`. */
export function totalAnswers(plan: SamplePlan): number {
  return plan.answersOfYear.reduce((sum, rows) => sum + rows, plan.importedAnswers);
}
