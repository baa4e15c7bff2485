import { startTestPostgres, type TestPostgres } from '@holdfast/testing';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { connectDatabase, migrate, type HistoryDatabase } from '../src/index.ts';

/** A server for the file, with an empty, migrated database before each test. */
export function useReadModel(): { readonly db: HistoryDatabase; psql(sql: string): Promise<void> } {
  let server: TestPostgres;
  let db: HistoryDatabase;
  beforeAll(async () => {
    server = await startTestPostgres();
    await server.createDatabase('history');
    db = connectDatabase(server.url('history'));
    await migrate(db);
  });
  afterAll(async () => {
    await db.destroy();
    await server.stop();
  });
  const psql = (sql: string): Promise<void> => server.psql(sql, 'history');
  beforeEach(() =>
    psql(
      // The audit cannot be emptied but by who may change the table itself.
      `alter table holdfast.audit disable trigger user;
       truncate holdfast.runs, holdfast.backups, holdfast.validations, holdfast.restores, holdfast.projection,
         holdfast.audit, holdfast.happenings;
       alter table holdfast.audit enable trigger user`,
    ),
  );
  return {
    get db() {
      return db;
    },
    psql,
  };
}
