import type { OperationInput, Permission, RoleName } from '@holdfast/contracts';
import { usageError } from '../../cli-error.ts';

export type GrantFlags = {
  readonly role?: RoleName;
  readonly permission?: readonly string[];
  readonly database?: readonly string[];
};

type Grants = OperationInput<'createToken'>['grants'];

/** One grant: a role or permissions, for the databases named or for all. Throws a usage error. */
export function grantsOf(
  { role, permission = [], database = ['*'] }: GrantFlags,
  known: readonly Permission[],
): Grants {
  if (role === undefined && permission.length === 0)
    throw usageError('What may the token do?', 'say --role viewer, operator or admin, or --permission NAME');
  const granted = permission.map((name) => {
    const found = known.find((each) => each === name);
    if (found !== undefined) return found;
    throw usageError(`"${name}" is no permission.`, `one of ${known.join(' ')}`);
  });
  return [
    {
      ...(role === undefined ? {} : { role }),
      permissions: granted,
      databases: [...database],
    },
  ];
}
