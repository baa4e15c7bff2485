import { readdir, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { parse } from 'yaml';

const root = new URL('../../', import.meta.url);

export type Query = { readonly from: string; readonly expr: string };

const dashboardSchema = z.object({
  uid: z.string(),
  panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })) })),
});

/** Every query of every panel, with Grafana's variables as they are when all is selected. */
export async function panelQueries(): Promise<readonly Query[]> {
  const folder = new URL('deploy/grafana/dashboards/', root);
  const queries: Query[] = [];
  for (const file of await readdir(folder)) {
    const { panels } = dashboardSchema.parse(JSON.parse(await readFile(new URL(file, folder), 'utf8')));
    for (const { title, targets } of panels)
      for (const { expr } of targets)
        queries.push({
          from: `${file}, ${title}`,
          expr: expr.replaceAll('$database', '.*').replaceAll('$__rate_interval', '5m'),
        });
  }
  return queries;
}

const rulesSchema = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          alert: z.string(),
          expr: z.string(),
          labels: z.object({ severity: z.enum(['info', 'warning', 'critical']) }),
          annotations: z.object({ summary: z.string(), description: z.string(), runbook_url: z.string() }),
        }),
      ),
    }),
  ),
});

export async function alerts(): Promise<z.infer<typeof rulesSchema>['groups'][number]['rules']> {
  const text = await readFile(new URL('deploy/prometheus/rules/holdfast.yml', root), 'utf8');
  return rulesSchema.parse(parse(text)).groups.flatMap(({ rules }) => rules);
}

export const runbooks = (): Promise<string> => readFile(new URL('docs/runbooks.md', root), 'utf8');
