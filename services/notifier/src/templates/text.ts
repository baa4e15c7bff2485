import type { Payload } from '../payload/payload.ts';
import { errorOf, rowsOf } from './rows.ts';

/** Plain text: the part of a mail, the `text` of a webhook. */
export function renderText(payload: Payload): string {
  const error = errorOf(payload);
  const lines = [
    `[${payload.severity.toUpperCase()}] ${payload.title}`,
    '',
    ...rowsOf(payload).map(({ label, value }) => `${label}: ${value}`),
    ...(error === undefined ? [] : ['', `Error: ${error}`]),
    ...(payload.advice === undefined ? [] : ['', `What to do: ${payload.advice}`]),
    '',
    `At: ${payload.at}`,
    ...(payload.run === undefined ? [] : [`Run: ${payload.run}`]),
    ...(payload.link === undefined ? [] : [`See: ${payload.link}`]),
  ];
  return `${lines.join('\n')}\n`;
}
