/** What a PromQL expression reads: names of metrics, and the labels it selects, groups or matches by. */
export type Reads = { readonly metrics: readonly string[]; readonly labels: readonly string[] };

const KEYWORDS = new Set(
  'by without on ignoring group_left group_right offset bool and or unless inf nan start end'.split(' '),
);
const LABEL_LISTS = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;

/** Enough of PromQL for our own dashboards and rules. Throws for brackets that do not pair. */
export function readsOf(expression: string): Reads {
  assertPaired(expression);
  const labels: string[] = [];
  const withoutLists = expression.replace(LABEL_LISTS, (_all, list: string) => {
    labels.push(...list.split(',').map((label) => label.trim()));
    return ' ';
  });
  const withoutSelectors = withoutLists.replace(/\{([^}]*)\}/g, (_all, selector: string) => {
    for (const [, label = ''] of selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)) labels.push(label);
    return ' ';
  });
  const withoutDurations = withoutSelectors
    .replace(/\[[^\]]*\]/g, ' ')
    .replace(/\boffset\s+\w+/g, ' ')
    .replace(/"[^"]*"/g, ' ');
  const metrics = [...withoutDurations.matchAll(/\b([a-zA-Z_][\w:]*)\b(?!\s*\()/g)].map(([name]) => name);
  return {
    metrics: [...new Set(metrics.filter((name) => !KEYWORDS.has(name.toLowerCase())))],
    labels: [...new Set(labels.filter((label) => label !== ''))],
  };
}

function assertPaired(expression: string): void {
  const closing = new Map([
    ['(', ')'],
    ['[', ']'],
    ['{', '}'],
  ]);
  const expected: string[] = [];
  for (const each of expression.replace(/"[^"]*"/g, '')) {
    const close = closing.get(each);
    if (close !== undefined) expected.push(close);
    else if (')]}'.includes(each) && expected.pop() !== each)
      throw new Error(`${each} closes nothing in: ${expression}`);
  }
  if (expected.length > 0) throw new Error(`${expected.join('')} is missing in: ${expression}`);
}
