import type { DestinationView } from '@holdfast/contracts';
import { renderFields, type Screen } from './fields.ts';
import { formatBytes } from './quantities.ts';
import { plainText } from './plain-text.ts';

/** A block each: locations are too long for a table. */
export function renderDestinations(
  screen: Screen,
  destinations: readonly DestinationView[],
): readonly string[] {
  const { style } = screen;
  const paints = { ok: style.accent, warning: style.warning, critical: style.danger };
  return destinations.flatMap(({ id, isPrimary, location, outcome, detail, daysUntilFull, ...room }) => [
    `${outcome === undefined ? style.dim('○') : paints[outcome]('●')} ${style.bold(plainText(id))}${isPrimary && id !== 'primary' ? `  ${style.dim('primary')}` : ''}`,
    ...renderFields(
      [
        ['where', location],
        ['state', detail],
        ['free', roomOf(room)],
        ['full in', daysUntilFull === undefined ? undefined : `about ${Math.round(daysUntilFull)} days`],
      ],
      screen,
    ),
  ]);
}

function roomOf({
  freeBytes,
  totalBytes,
}: Pick<DestinationView, 'freeBytes' | 'totalBytes'>): string | undefined {
  if (freeBytes === undefined) return undefined;
  return totalBytes === undefined
    ? formatBytes(freeBytes)
    : `${formatBytes(freeBytes)} of ${formatBytes(totalBytes)}`;
}
