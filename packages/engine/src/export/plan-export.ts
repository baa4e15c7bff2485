import { isStandalone, type Manifest } from '@holdfast/contracts';

export type ExportPlan = {
  /** The file as it is stored, or one made of its dump. */
  readonly content: 'stored' | 'standalone';
  readonly filename: string;
};

export type PlanExportOptions = {
  /** The stored file, whatever it is [false]. */
  readonly asIs?: boolean;
  /** Whether it is encrypted on the way out [false]. */
  readonly encrypts?: boolean;
};

const MADE: Readonly<Record<Manifest['data']['format'], string>> = {
  custom: '.dump.zst',
  tar: '.tar.zst',
  plain: '.sql.zst',
};

/** What is exported, and the name it is given. */
export function planExport(
  { backup, data }: Pick<Manifest, 'backup' | 'data'>,
  { asIs = false, encrypts = false }: PlanExportOptions = {},
): ExportPlan {
  const ending = encrypts ? '.age' : '';
  return asIs || isStandalone(backup)
    ? { content: 'stored', filename: `${backup.filename}${ending}` }
    : { content: 'standalone', filename: `${backup.name}${MADE[data.format]}${ending}` };
}
