import type { ChannelKind, Envelope } from '@holdfast/contracts';
import type { Payload } from '../payload/payload.ts';
import { escapeHtml, oneLine, renderEmail, type Mail } from './email.ts';
import { fillJson } from './fill-json.ts';
import { fillTemplate, parseTemplate } from './language.ts';
import type { TemplateFiles } from './load-templates.ts';
import { escapeSlack, renderSlack, slackOfText, type SlackMessage } from './slack.ts';
import { variableDocs, variablesOf } from './variables.ts';
import { renderWebhook } from './webhook.ts';

export type Rendered =
  | { readonly kind: 'slack'; readonly body: SlackMessage }
  | { readonly kind: 'webhook'; readonly body: unknown }
  | { readonly kind: 'email'; readonly mail: Mail };

/** `problem`: a template that could not be used, and why; ours stood in for it. */
export type Rendering = { readonly rendered: Rendered; readonly problem?: string };

const known: ReadonlySet<string> = new Set(Object.keys(variableDocs));

/** Ours, or the template that fits best: of the channel before that of its kind, of the type before `default`. */
export function render(
  channel: { readonly id: string; readonly kind: ChannelKind },
  payload: Payload,
  event: Envelope,
  files: TemplateFiles,
): Rendering {
  try {
    return { rendered: custom(channel, payload, files) ?? builtIn(channel.kind, payload, event) };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const note = { label: 'Note', value: `${problem}; the built-in text stands in for it.` };
    const noted = { ...payload, details: [...payload.details, note] };
    return { rendered: builtIn(channel.kind, noted, event), problem };
  }
}

function builtIn(kind: ChannelKind, payload: Payload, event: Envelope): Rendered {
  if (kind === 'slack') return { kind, body: renderSlack(payload) };
  if (kind === 'webhook') return { kind, body: renderWebhook(payload, event) };
  return { kind, mail: renderEmail(payload) };
}

function custom(
  channel: { readonly id: string; readonly kind: ChannelKind },
  payload: Payload,
  files: TemplateFiles,
): Rendered | undefined {
  const variables = variablesOf(payload);
  const find = (part: string): readonly [string, string] | undefined => {
    for (const folder of [channel.id, channel.kind])
      for (const name of [payload.about, 'default']) {
        const path = `${folder}/${name}.${part}`;
        const text = files.get(path);
        if (text !== undefined) return [path, text];
      }
    return undefined;
  };
  const fill = (part: string, escape?: (value: string) => string): string | undefined => {
    const [path, text] = find(part) ?? [];
    if (path === undefined || text === undefined) return undefined;
    const parsed = parseTemplate(text, known);
    if (!parsed.ok) throw new Error(`Template ${path} has an error: ${parsed.problem}`);
    return fillTemplate(parsed.nodes, variables, escape);
  };
  if (channel.kind === 'slack') {
    const text = fill('txt', escapeSlack);
    return text === undefined ? undefined : { kind: 'slack', body: slackOfText(payload.title, text) };
  }
  if (channel.kind === 'webhook') {
    const [path, text] = find('json') ?? [];
    if (path === undefined || text === undefined) return undefined;
    return { kind: 'webhook', body: fillDocument(path, text, variables) };
  }
  const [text, html, subject] = [fill('txt'), fill('html', escapeHtml), fill('subject')];
  if (text === undefined && html === undefined && subject === undefined) return undefined;
  const ours = renderEmail(payload);
  const mail = {
    subject: subject === undefined ? ours.subject : oneLine(subject),
    text: text ?? ours.text,
    // A template of the text alone must not be shadowed by our HTML.
    html: html ?? (text === undefined ? ours.html : `<pre>${escapeHtml(text)}</pre>`),
  };
  return { kind: 'email', mail };
}

function fillDocument(
  path: string,
  text: string,
  variables: Readonly<Record<string, string | number>>,
): unknown {
  try {
    return fillJson(JSON.parse(text), variables, known);
  } catch (error) {
    throw new Error(
      `Template ${path} has an error: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
}

/** What people would read, for a preview. */
export const readable = (rendered: Rendered): string =>
  rendered.kind === 'email'
    ? `Subject: ${rendered.mail.subject}\n\n${rendered.mail.text}`
    : JSON.stringify(rendered.body, undefined, 2);
