import { cut } from '../payload/format.ts';
import type { Payload } from '../payload/payload.ts';
import { errorOf, rowsOf } from './rows.ts';
import { renderText } from './text.ts';

export type Mail = { readonly subject: string; readonly html: string; readonly text: string };

const colours = { info: '#1a7f37', warning: '#9a6700', critical: '#cf222e' } as const;

/** HTML with its styles inside, as mail programs want it, and the same in plain text. */
export function renderEmail(payload: Payload): Mail {
  const error = errorOf(payload);
  const rows = rowsOf(payload).map(
    ({ label, value }) =>
      `<tr><td style="padding:2px 12px 2px 0;color:#57606a;vertical-align:top">${escapeHtml(label)}</td>` +
      `<td style="padding:2px 0">${escapeHtml(value)}</td></tr>`,
  );
  const html = [
    '<!doctype html>',
    '<html lang="en"><body style="font-family:sans-serif;font-size:14px;color:#1f2328">',
    `<h2 style="color:${colours[payload.severity]};font-size:18px">${escapeHtml(payload.title)}</h2>`,
    ...(rows.length === 0 ? [] : ['<table style="border-collapse:collapse">', ...rows, '</table>']),
    ...(error === undefined
      ? []
      : [`<pre style="background:#f6f8fa;padding:8px;white-space:pre-wrap">${escapeHtml(error)}</pre>`]),
    ...(payload.advice === undefined
      ? []
      : [`<p><strong>What to do:</strong> ${escapeHtml(payload.advice)}</p>`]),
    ...(payload.link === undefined
      ? []
      : [`<p><a href="${escapeHtml(payload.link)}">Open the console</a></p>`]),
    `<p style="color:#57606a;font-size:12px">${escapeHtml(
      [payload.at, payload.about, ...(payload.run === undefined ? [] : [`run ${payload.run}`])].join(' · '),
    )}</p>`,
    '</body></html>',
    '',
  ].join('\n');
  return { subject: subjectOf(payload.title, payload.severity), html, text: renderText(payload) };
}

const subjectOf = (title: string, severity: Payload['severity']): string =>
  oneLine(`[Holdfast${severity === 'info' ? '' : ` ${severity}`}] ${title}`);

/** A line break in a subject would begin a header of its own. */
export const oneLine = (text: string): string => cut(text.trim().replace(/\s+/g, ' '), 200);

export const escapeHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
