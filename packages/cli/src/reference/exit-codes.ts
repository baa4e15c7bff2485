import { errorKinds } from '@holdfast/contracts';

const MEANINGS: Readonly<Record<number, string>> = {
  0: 'done',
  1: 'failed',
  2: 'the command line or the request is not right',
  3: 'not found',
  4: 'the backup is not good',
  5: 'not allowed',
  6: 'cannot reach',
  130: 'left with Ctrl-C; a run goes on',
};

/** Each exit code with the error codes that lead to it. */
export const errorCodesByExit = () =>
  Object.entries(MEANINGS).map(([exit, meaning]) => ({
    exit,
    meaning,
    codes: Object.entries(errorKinds)
      .filter(([, kind]) => String(kind.exitCode) === exit)
      .map(([code]) => `\`${code}\``)
      .join(', '),
  }));
