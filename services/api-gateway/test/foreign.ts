import type { Repository } from '@holdfast/engine';

/** As pg_dump --format=plain begins and ends. */
export const PLAIN = Buffer.from(`--
-- PostgreSQL database dump
--

SET client_encoding = 'UTF8';
create table t (i int);

--
-- PostgreSQL database dump complete
--

`);

/** A file as somebody puts it into the repository by hand. */
export async function putForeign(
  repository: Repository,
  key: string,
  bytes: Uint8Array = PLAIN,
): Promise<void> {
  await repository.storage.put(
    key,
    (async function* () {
      yield bytes;
    })(),
  );
}
