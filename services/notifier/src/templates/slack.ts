import type { Payload } from '../payload/payload.ts';
import { cut } from '../payload/format.ts';
import { errorOf, rowsOf, type Row } from './rows.ts';

// What Slack takes; one character more and it refuses the whole message.
const HEADER = 150;
const SECTION = 3_000;
const FIELD = 2_000;
const FIELDS = 10;
const BLOCKS = 50;
/** Rows beyond are left to the console: a message on a phone is not a report. */
const ROWS = 40;

const marks = { info: '🟢', warning: '🟡', critical: '🔴' } as const;

export type SlackMessage = { readonly text: string; readonly blocks: readonly unknown[] };

/** Block Kit. `text` is what a phone's notification shows. */
export function renderSlack(payload: Payload): SlackMessage {
  const title = `${payload.outcome === 'progress' ? '⚪' : marks[payload.severity]} ${payload.title}`;
  const error = errorOf(payload);
  const rows = rowsOf(payload).slice(0, ROWS);
  const blocks = [
    { type: 'header', text: { type: 'plain_text', text: cut(title, HEADER), emoji: true } },
    ...inTens(rows).map((fields) => ({ type: 'section', fields: fields.map(field) })),
    ...(error === undefined ? [] : [section(`*Error*\n\`\`\`${code(error)}\`\`\``)]),
    ...(payload.advice === undefined ? [] : [section(`*What to do*\n${escapeSlack(payload.advice)}`)]),
    ...(payload.link === undefined ? [] : [button(payload.link)]),
    context([payload.at, payload.about, ...(payload.run === undefined ? [] : [`run ${payload.run}`])]),
  ];
  return { text: cut(escapeSlack(payload.title), SECTION), blocks: blocks.slice(0, BLOCKS) };
}

/** A custom text as one message: sections no longer than Slack takes. */
export function slackOfText(title: string, text: string): SlackMessage {
  const parts: string[] = [];
  for (let rest = text; rest !== '' && parts.length < BLOCKS; rest = rest.slice(SECTION))
    parts.push(rest.slice(0, SECTION));
  return {
    text: cut(escapeSlack(title), SECTION),
    blocks: parts.filter((part) => part.trim() !== '').map(section),
  };
}

export const escapeSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Inside a code block, with room for what stands around it; a fence in the text would end the block. */
const code = (text: string): string => cut(escapeSlack(text.replaceAll('```', "'''")), SECTION - 100);

const field = ({ label, value }: Row) => ({
  type: 'mrkdwn',
  text: cut(`*${escapeSlack(label)}*\n${escapeSlack(value)}`, FIELD),
});
const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text: cut(text, SECTION) } });
const button = (url: string) => ({
  type: 'actions',
  elements: [
    { type: 'button', text: { type: 'plain_text', text: 'Open the console' }, url: cut(url, SECTION) },
  ],
});
const context = (parts: readonly string[]) => ({
  type: 'context',
  elements: [{ type: 'mrkdwn', text: cut(escapeSlack(parts.join(' · ')), FIELD) }],
});

function inTens(rows: readonly Row[]): readonly (readonly Row[])[] {
  return Array.from({ length: Math.ceil(rows.length / FIELDS) }, (_, index) =>
    rows.slice(index * FIELDS, (index + 1) * FIELDS),
  );
}
