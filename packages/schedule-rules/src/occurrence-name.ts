/** Names an occurrence among all; `derivedRunId` makes its run's id from it, so all who fire it make one run. */
export function occurrenceName(schedule: string, dueAt: Date | string, database: string): string {
  return `${schedule}:${new Date(dueAt).toISOString()}:${database}`;
}
