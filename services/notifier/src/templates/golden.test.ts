import { eventTypes } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { exampleEvent } from '../answers/example-event.ts';
import { describe as describeEvent } from '../payload/describe.ts';
import { readable, render } from './render.ts';

const context = {
  consoleUrl: 'https://backup.example',
  earlier: [
    {
      run: 'before',
      type: 'full' as const,
      createdAt: '2026-02-28T03:00:00.000Z',
      sizeBytes: 1_200_000_000,
      durationMs: 230_000,
    },
  ],
};

/** Every event in every channel, as people get it. Look at the difference before taking it over with `vitest -u`. */
test.each(eventTypes)('%s', async (type) => {
  const event = exampleEvent(type, 'app');
  const payload = describeEvent(event, context);
  if (!payload) throw new Error(`nothing to say about ${type}`);
  const renderings = (['slack', 'email', 'webhook'] as const).map((kind) => {
    const { rendered, problem } = render({ id: kind, kind }, payload, event, new Map());
    expect(problem).toBeUndefined();
    const html = rendered.kind === 'email' ? `\n${rendered.mail.html}` : '';
    return `## ${kind}\n\n${readable(rendered)}\n${html}`;
  });
  await expect(`# ${type}\n\n${renderings.join('\n')}`).toMatchFileSnapshot(`../../test/golden/${type}.txt`);
});
