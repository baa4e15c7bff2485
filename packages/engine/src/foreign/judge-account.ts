export type AccountFacts = {
  /** The role of the configured connection. */
  readonly connection: string;
  /** It may run programs or touch files of the server, or become a role that may: a superuser, for one. */
  readonly connectionIsMighty: boolean;
  /** The owner of the database whose place the content takes; of a new one, the connection's role. */
  readonly owner: string;
  readonly ownerIsMighty: boolean;
  readonly mayActAsOwner: boolean;
};

export type JudgedAccount =
  /** The connection as it is, with all its rights. */
  | { readonly use: 'connection' }
  /** The connection, which has no special right, in the owner's role. */
  | { readonly use: 'owner role' }
  /** A login made for this restore, in the owner's role: from one of a superuser, `RESET ROLE` would lead back. */
  | { readonly use: 'own login' }
  | { readonly use: 'none'; readonly reason: string };

/** With whose rights the code in a file that nobody vouches for is run. Pure. */
export function judgeAccount(facts: AccountFacts, trustFile: boolean): JudgedAccount {
  const { connection, connectionIsMighty, owner, ownerIsMighty, mayActAsOwner } = facts;
  if (trustFile) return { use: 'connection' };
  if (ownerIsMighty) {
    return {
      use: 'none',
      reason: `nobody vouches for the file, and what it brings would run with the rights of "${owner}", who may do everything on the server; give the database an owner without special rights, or, if you trust the file, restore it with --trust-file`,
    };
  }
  if (connectionIsMighty) return { use: 'own login' };
  if (mayActAsOwner) return { use: 'owner role' };
  return {
    use: 'none',
    reason: `"${connection}" may not act as "${owner}", who owns the database; grant it that role, or, if you trust the file, restore it with --trust-file`,
  };
}
