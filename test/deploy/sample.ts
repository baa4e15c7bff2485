import type { Stack } from './docker.ts';

/** What does not compress, so that dumping it at a limited rate takes a while. */
const FILL = `create table if not exists blob (id int generated always as identity, body bytea);
insert into blob (body) select decode(string_agg(md5(random()::text || i || j), ''), 'hex')
  from generate_series(1, 160) i, generate_series(1, 6000) j group by i;`;

/** Makes the sample database about 15 MB larger. */
export async function fillSample(stack: Stack): Promise<void> {
  await stack.compose('exec', '--no-TTY', 'sample', 'psql', ...CONNECTION, '--command', FILL);
}

const CONNECTION = ['-X', '--quiet', '--username=postgres', '--dbname=toeic', '--set=ON_ERROR_STOP=1'];
