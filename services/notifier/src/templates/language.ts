export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'section'; readonly name: string; readonly nodes: readonly TemplateNode[] };

export type Parsed =
  | { readonly ok: true; readonly nodes: readonly TemplateNode[] }
  | { readonly ok: false; readonly problem: string };

const TAG = /\{\{\s*([#/]?)\s*([A-Za-z]+)\s*\}\}/g;

/**
 * `{{name}}`, and `{{#name}}…{{/name}}`, which is left out where the variable is empty. That is all: no expressions, no loops,
 * no access to anything but the variables, so that a template can harm nobody.
 */
export function parseTemplate(text: string, known: ReadonlySet<string>): Parsed {
  const stack: { readonly name: string; readonly nodes: TemplateNode[] }[] = [{ name: '', nodes: [] }];
  const add = (node: TemplateNode): void => void stack.at(-1)?.nodes.push(node);
  let at = 0;
  for (const match of text.matchAll(TAG)) {
    const [tag, sign = '', name = ''] = match;
    const before = text.slice(at, match.index);
    if (before.includes('{{')) break;
    if (before !== '') add({ kind: 'text', text: before });
    at = match.index + tag.length;
    if (!known.has(name)) return { ok: false, problem: `there is no variable {{${name}}}` };
    if (sign === '') add({ kind: 'variable', name });
    else if (sign === '#') stack.push({ name, nodes: [] });
    else {
      const open = stack.length > 1 ? stack.pop() : undefined;
      if (open?.name !== name) return { ok: false, problem: `{{/${name}}} ends what was not begun` };
      add({ kind: 'section', name, nodes: open.nodes });
    }
  }
  const rest = text.slice(at);
  if (rest.includes('{{'))
    return {
      ok: false,
      problem: `"${rest.slice(rest.indexOf('{{'), rest.indexOf('{{') + 30)}" is no variable`,
    };
  const [root, ...unclosed] = stack;
  if (unclosed.length > 0 || !root)
    return { ok: false, problem: `{{#${unclosed[0]?.name ?? ''}}} has no end` };
  if (rest !== '') add({ kind: 'text', text: rest });
  return { ok: true, nodes: root.nodes };
}

export function fillTemplate(
  nodes: readonly TemplateNode[],
  variables: Readonly<Record<string, string | number>>,
  escape: (value: string) => string = (value) => value,
): string {
  return nodes
    .map((node) => {
      if (node.kind === 'text') return node.text;
      const value = variables[node.name] ?? '';
      if (node.kind === 'variable') return escape(String(value));
      return value === '' ? '' : fillTemplate(node.nodes, variables, escape);
    })
    .join('');
}
