import { expect, test } from 'vitest';
import { exampleEvent } from '../answers/example-event.ts';
import { describe as describeEvent } from '../payload/describe.ts';
import { fillJson } from './fill-json.ts';
import { fillTemplate, parseTemplate } from './language.ts';
import { readable, render } from './render.ts';

const known = new Set(['title', 'error', 'priority']);
const fill = (text: string, variables: Record<string, string | number>): string => {
  const parsed = parseTemplate(text, known);
  return parsed.ok ? fillTemplate(parsed.nodes, variables) : parsed.problem;
};

test.each([
  ['{{title}}!', { title: 'it failed' }, 'it failed!'],
  ['{{ title }} {{title}}', { title: 'a' }, 'a a'],
  ['{{#error}}because {{error}}{{/error}}', { error: 'x' }, 'because x'],
  ['{{#error}}because {{error}}{{/error}}', { error: '' }, ''],
  ['no braces', {}, 'no braces'],
  ['{{title}}', { title: '{{error}}', error: 'x' }, '{{error}}'],
  ['{{nothing}}', {}, 'there is no variable {{nothing}}'],
  ['{{constructor}}', {}, 'there is no variable {{constructor}}'],
  ['{{#error}}', {}, '{{#error}} has no end'],
  ['{{/error}}', {}, '{{/error}} ends what was not begun'],
  ['{{#error}}{{/title}}', {}, '{{/title}} ends what was not begun'],
  ['a {{title', {}, '"{{title" is no variable'],
  ['{{a b}} {{title}}', {}, '"{{a b}} {{title}}" is no variable'],
])('%s', (text, variables, expected) => {
  expect(fill(text, variables)).toBe(expected);
});

test('in JSON a variable never becomes structure, and one alone keeps its kind', () => {
  const document = { text: 'so: {{title}}', priority: '{{priority}}', list: ['{{title}}'] };
  const filled = fillJson(document, { title: '", "admin": "yes', priority: 5 }, known);
  expect(filled).toEqual({ text: 'so: ", "admin": "yes', priority: 5, list: ['", "admin": "yes'] });
});

const event = exampleEvent('backup.failed', 'app');
const payload = describeEvent(event, { earlier: [] });

test('the template of the channel and the type wins over the more general ones', () => {
  if (!payload) throw new Error('nothing to say');
  const files = new Map([
    ['webhook/default.json', '{"from":"kind"}'],
    ['pager/default.json', '{"from":"channel"}'],
    ['pager/backup.failed.json', '{"from":"channel and type","about":"{{about}}"}'],
  ]);
  const of = (id: string) => render({ id, kind: 'webhook' }, payload, event, files).rendered;
  expect(of('pager')).toEqual({
    kind: 'webhook',
    body: { from: 'channel and type', about: 'backup.failed' },
  });
  expect(of('other')).toEqual({ kind: 'webhook', body: { from: 'kind' } });
});

test('a template with an error gives way to ours, which says so', () => {
  if (!payload) throw new Error('nothing to say');
  for (const [path, text] of [
    ['webhook/default.json', '{"a": '],
    ['webhook/default.json', '{"a": "{{wrong}}"}'],
  ] as const) {
    const { rendered, problem } = render(
      { id: 'w', kind: 'webhook' },
      payload,
      event,
      new Map([[path, text]]),
    );
    expect(problem).toContain('Template webhook/default.json has an error');
    expect(readable(rendered)).toContain('the built-in text stands in for it');
    expect(readable(rendered)).toContain('Backup of app failed');
  }
});

test('what people wrote is escaped in HTML and in Slack, and a subject is one line', () => {
  if (!payload) throw new Error('nothing to say');
  const nasty = { ...payload, title: 'a <b>\r\nBcc: x@example.org & c' };
  const mail = render({ id: 'e', kind: 'email' }, nasty, event, new Map()).rendered;
  if (mail.kind !== 'email') throw new Error('no mail');
  expect(mail.mail.subject).toBe('[Holdfast critical] a <b> Bcc: x@example.org & c');
  expect(mail.mail.html).toContain('a &lt;b&gt;');
  const slack = render({ id: 's', kind: 'slack' }, nasty, event, new Map()).rendered;
  if (slack.kind !== 'slack') throw new Error('no Slack message');
  expect(slack.body.text).toContain('a &lt;b&gt;');
});
