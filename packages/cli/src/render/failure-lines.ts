import type { Failure } from '@holdfast/contracts';
import { plainText } from './plain-text.ts';
import type { Style } from './style.ts';
import { wrap } from './width.ts';

/** What to do about a failure, where the command line knows it better than the sentence that came with it. */
const NEXT_STEPS: Readonly<Partial<Record<Failure['code'], string>>> = {
  gateway_unreachable: 'start the server with "npm start", set --url, or go without it: --local',
  unauthorized: 'set HOLDFAST_TOKEN, or name a file with the admin token: --token-file',
  backup_not_found: 'backup-admin list',
  run_not_found: 'backup-admin runs list',
  database_unknown: 'backup-admin status',
  database_ambiguous: 'name one with --database; "backup-admin status" lists them',
  internal: 'report it, with what --verbose adds to this',
};

/**
 * Our messages name the thing, the cause and the next step in one sentence or two. The last clause becomes the next
 * step; a message that cannot be parted stays whole.
 */
export function partMessage(message: string): {
  readonly cause: string;
  readonly advice: string | undefined;
} {
  const text = plainText(message);
  const parted =
    /^(?<cause>.+); (?<advice>[^;]+)$/u.exec(text) ?? /^(?<cause>.+\.) (?<advice>\S+ \S.*)$/u.exec(text);
  return { cause: parted?.groups?.['cause'] ?? text, advice: parted?.groups?.['advice'] };
}

/** Three short lines: what failed with its code, the cause, the next step. */
export function renderFailure(
  failure: Failure & { readonly title: string; readonly next?: string | undefined },
  { style, width }: { readonly style: Style; readonly width: number | undefined },
): readonly string[] {
  const { cause, advice } = partMessage(failure.message);
  const better = failure.next ?? NEXT_STEPS[failure.code];
  // A question at the end ("Is it running?") says nothing that our own next step does not.
  const whole = better === undefined || advice?.endsWith('?') ? cause : plainText(failure.message);
  return [
    `${style.danger('✗')} ${style.bold(plainText(failure.title))} ${style.dim(`[${failure.code}]`)}`,
    ...labelled('cause', whole, style, width),
    ...labelled('next', better ?? advice ?? 'backup-admin status', style, width),
  ];
}

function labelled(
  label: string,
  text: string,
  style: Style,
  width = Number.POSITIVE_INFINITY,
): readonly string[] {
  const INDENT = 9;
  const [first = '', ...rest] = wrap(text, Math.max(30, width - INDENT));
  return [`  ${style.dim(label.padEnd(5))}  ${first}`, ...rest.map((line) => ' '.repeat(INDENT) + line)];
}
