import picocolors from 'picocolors';
import type { Output } from '../terminal.ts';

type Paint = (text: string) => string;

/** One accent colour for what matters; yellow and red only for what is wrong. */
export type Style = {
  readonly coloured: boolean;
  readonly accent: Paint;
  readonly bold: Paint;
  readonly dim: Paint;
  readonly warning: Paint;
  readonly danger: Paint;
};

export function makeStyle(coloured: boolean): Style {
  const { cyan, bold, dim, yellow, red } = picocolors.createColors(coloured);
  return { coloured, accent: cyan, bold, dim, warning: yellow, danger: red };
}

/** NO_COLOR and `--no-color` win over FORCE_COLOR; without either, a terminal that is not dumb gets colour. */
export function styleFor(
  output: Pick<Output, 'isTTY'>,
  env: Readonly<Record<string, string | undefined>>,
  wanted: boolean,
): Style {
  const refused = !wanted || Boolean(env['NO_COLOR']);
  const forced = Boolean(env['FORCE_COLOR']) && env['FORCE_COLOR'] !== '0';
  return makeStyle(!refused && (forced || (output.isTTY && env['TERM'] !== 'dumb')));
}
