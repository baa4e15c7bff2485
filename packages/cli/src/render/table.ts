import { plainText } from './plain-text.ts';
import type { Style } from './style.ts';
import { cutEnd, displayWidth, padEnd, padStart } from './width.ts';

export type Column<Row> = {
  readonly title: string;
  readonly value: (row: Row) => string;
  /** [left] */
  readonly align?: 'right';
  /** May be cut down to this many cells. Absent: never cut. */
  readonly shrinkTo?: number;
  /** When there is no room, columns leave in ascending order of this. Absent: stays. */
  readonly leavesAt?: number;
  readonly paint?: (text: string, row: Row) => string;
};

const GAP = '  ';

/** Aligned rows under a heading; at most `width` cells where a width is given. No trailing spaces. */
export function renderTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { style, width }: { readonly style: Style; readonly width: number | undefined },
): readonly string[] {
  // A column with nothing in it only takes room.
  const filled = measure(rows, columns).filter(
    ({ leavesAt, cells }) => leavesAt === undefined || cells.some((cell) => cell !== ''),
  );
  const shown = fitColumns(filled, width ?? Number.POSITIVE_INFINITY);
  const heading = line(shown.map((column) => place(column, column.title)));
  return [
    style.bold(heading),
    ...rows.map((row, index) =>
      line(
        shown.map((column) => {
          const cell = place(column, cutEnd(column.cells[index] ?? '', column.width));
          return column.paint ? column.paint(cell, row) : cell;
        }),
      ),
    ),
  ];
}

export type Measured<Row> = Column<Row> & { readonly cells: readonly string[]; readonly width: number };

function measure<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): readonly Measured<Row>[] {
  return columns.map((column) => {
    const cells = rows.map((row) => plainText(column.value(row)));
    return { ...column, cells, width: Math.max(...[column.title, ...cells].map(displayWidth)) };
  });
}

const totalWidth = (columns: readonly { readonly width: number }[]): number =>
  columns.reduce((sum, column) => sum + column.width, GAP.length * (columns.length - 1));

/** Cuts what may be cut; when that is not enough, the first column that may leave does, and so on. */
function fitColumns<Row>(columns: readonly Measured<Row>[], width: number): readonly Measured<Row>[] {
  let shown = columns;
  for (;;) {
    const fitted = shrink(shown, totalWidth(shown) - width);
    const leaving = shown
      .filter((column) => column.leavesAt !== undefined)
      .sort((a, b) => (a.leavesAt ?? 0) - (b.leavesAt ?? 0))[0];
    if (totalWidth(fitted) <= width || !leaving) return fitted;
    shown = shown.filter((column) => column !== leaving);
  }
}

/** Takes `excess` cells from the columns that may be cut, the widest first. */
function shrink<Row>(columns: readonly Measured<Row>[], excess: number): readonly Measured<Row>[] {
  let left = excess;
  const widths = new Map(columns.map((column) => [column, column.width]));
  const cuttable = columns.filter((column) => column.shrinkTo !== undefined);
  for (const column of cuttable.sort((a, b) => b.width - a.width)) {
    if (left <= 0) break;
    const taken = Math.min(left, Math.max(0, column.width - (column.shrinkTo ?? 0)));
    widths.set(column, column.width - taken);
    left -= taken;
  }
  return columns.map((column) => ({ ...column, width: widths.get(column) ?? column.width }));
}

const place = <Row>(column: Measured<Row>, text: string): string =>
  column.align === 'right' ? padStart(text, column.width) : padEnd(text, column.width);

const line = (cells: readonly string[]): string => cells.join(GAP).trimEnd();
