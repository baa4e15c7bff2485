import {
  durationSchema,
  failureOf,
  HoldfastError,
  scheduleFieldsSchema,
  scheduleIdSchema,
} from '@holdfast/contracts';
import { checkSchedule, type NamedFields } from '@holdfast/schedule-rules';
import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';

/** In a file people write durations as they say them. */
const entrySchema = scheduleFieldsSchema
  .omit({ jitterMs: true, toleranceMs: true })
  .extend({ id: scheduleIdSchema, jitter: durationSchema.optional(), tolerance: durationSchema.optional() });
const fileSchema = z.strictObject({ schedules: z.array(entrySchema).max(20_000) });

/** The schedules of a YAML file. Throws `schedule_invalid` with all problems, each with its line and field. */
export function parseSchedules(text: string, path: string): readonly NamedFields[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems = document.errors.map(
    ({ message, pos }) => `line ${lines.linePos(pos[0]).line}: ${message}`,
  );
  if (problems.length > 0) throw broken(path, problems);
  const at = (field: readonly PropertyKey[]): string =>
    `line ${lineOf(document, lines, field)}: ${named(field)}`;

  const parsed = fileSchema.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    throw broken(
      path,
      parsed.error.issues.map(({ path: field, message }) => `${at(field)}: ${message}`),
    );
  }
  const seen = new Map<string, number>();
  const schedules: NamedFields[] = [];
  for (const [index, { jitter, tolerance, ...entry }] of parsed.data.schedules.entries()) {
    const fields = scheduleFieldsSchema.safeParse({
      ...withoutId(entry),
      jitterMs: jitter,
      toleranceMs: tolerance,
    });
    const first = seen.get(entry.id);
    if (first !== undefined)
      problems.push(`${at(['schedules', index, 'id'])}: "${entry.id}" is declared twice; choose another id`);
    seen.set(entry.id, index);
    if (!fields.success) {
      problems.push(...fields.error.issues.map(({ message }) => `${at(['schedules', index])}: ${message}`));
      continue;
    }
    try {
      checkSchedule(fields.data);
      schedules.push({ id: entry.id, ...fields.data });
    } catch (error) {
      problems.push(`${at(['schedules', index])} (${entry.id}): ${failureOf(error).message}`);
    }
  }
  if (problems.length > 0) throw broken(path, problems);
  return schedules;
}

function withoutId<T extends { readonly id: string }>({ id: _id, ...fields }: T): Omit<T, 'id'> {
  return fields;
}

function broken(path: string, problems: readonly string[]): HoldfastError {
  return new HoldfastError(
    'schedule_invalid',
    `BACKUP_SCHEDULES_FILE ${path} is not taken, what it said before holds; put right: ${problems.join('; ')}`,
  );
}

/** The line of a field, or of what is nearest around it: a field that lacks has none. */
function lineOf(document: Document, lines: LineCounter, field: readonly PropertyKey[]): number {
  for (let depth = field.length; depth >= 0; depth -= 1) {
    const node = document.getIn(field.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

const named = (field: readonly PropertyKey[]): string =>
  field
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '') || 'the file';
