import { fillTemplate, parseTemplate } from './language.ts';

const ALONE = /^\{\{\s*([A-Za-z]+)\s*\}\}$/;

/**
 * Fills the strings of a JSON document, after it was parsed: what a variable holds can never become structure. A string
 * that is one variable alone becomes its value, so numbers stay numbers.
 */
export function fillJson(
  value: unknown,
  variables: Readonly<Record<string, string | number>>,
  known: ReadonlySet<string>,
): unknown {
  if (typeof value === 'string') {
    const [, alone] = ALONE.exec(value) ?? [];
    if (alone !== undefined && known.has(alone)) return variables[alone];
    const parsed = parseTemplate(value, known);
    if (!parsed.ok) throw new Error(parsed.problem);
    return fillTemplate(parsed.nodes, variables);
  }
  if (Array.isArray(value)) return value.map((each) => fillJson(each, variables, known));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, fillJson(each, variables, known)]),
    );
  return value;
}
