import type { z } from 'zod';

/** One sentence for everything that is wrong with an input. Pure. Values are not repeated: they may be secrets. */
export function describeIssues(place: string, issues: readonly z.core.$ZodIssue[]): string {
  const problems = issues.slice(0, 5).map(describeIssue);
  const more = issues.length > 5 ? `; and ${issues.length - 5} more` : '';
  return `The ${place} is not as it should be: ${problems.join('; ')}${more}.`;
}

function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.slice(0, 5).map((key) => `"${key.slice(0, 60)}"`);
    return `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} unknown here`;
  }
  const path = issue.path.map(String).join('.');
  const message = issue.message.replace(/^Invalid input: /, '').replace(/^./, (first) => first.toLowerCase());
  return path === '' ? message : `"${path}": ${message}`;
}
