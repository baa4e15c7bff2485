import type { Command } from 'commander';
import type { Cli } from './cli.ts';

/** Runs a verb's work with the global flags read; called from the verb's action. */
export type Start = (work: (cli: Cli) => Promise<void>) => Promise<void>;
export type Define = (command: Command, start: Start) => void;

export type Verb = {
  readonly summary: string;
  /** What a failure of this verb is called. */
  readonly failure: string;
  /** Works with `--local`. */
  readonly local?: true;
  /** Loads the verb's flags and action. */
  readonly load: () => Promise<{ readonly define: Define }>;
};

/** Every verb, in the order of the help. */
export const verbs: Readonly<Record<string, Verb>> = {
  create: {
    summary: 'make a backup',
    failure: 'The backup failed',
    local: true,
    load: () => import('./commands/create.ts'),
  },
  restore: {
    summary: 'bring a backup back',
    failure: 'The restore failed',
    local: true,
    load: () => import('./commands/restore.ts'),
  },
  list: {
    summary: 'the backups there are',
    failure: 'The backups could not be listed',
    local: true,
    load: () => import('./commands/list.ts'),
  },
  contents: {
    summary: 'what is inside a backup',
    failure: 'The contents could not be read',
    local: true,
    load: () => import('./commands/contents.ts'),
  },
  validate: {
    summary: 'prove that backups are good',
    failure: 'The validation failed',
    local: true,
    load: () => import('./commands/validate.ts'),
  },
  drill: {
    summary: 'restore a backup into a scratch server and compare',
    failure: 'The drill failed',
    local: true,
    load: () => import('./commands/drill.ts'),
  },
  status: {
    summary: 'how everything is',
    failure: 'The status could not be read',
    local: true,
    load: () => import('./commands/status.ts'),
  },
  monitor: {
    summary: 'a live view of databases, runs, health and events',
    failure: 'The monitor ended',
    load: () => import('./commands/monitor.ts'),
  },
  doctor: {
    summary: 'check everything an installation needs',
    failure: 'The check did not come to its end',
    local: true,
    load: () => import('./commands/doctor.ts'),
  },
  history: {
    summary: 'what was done',
    failure: 'The history could not be read',
    load: () => import('./commands/history.ts'),
  },
  runs: {
    summary: 'list, show, cancel or retry runs',
    failure: 'The runs could not be read',
    load: () => import('./commands/runs.ts'),
  },
  events: {
    summary: 'what happens, as it happens',
    failure: 'The events could not be followed',
    load: () => import('./commands/events.ts'),
  },
  export: {
    summary: 'copy a backup to a file of yours',
    failure: 'The export failed',
    local: true,
    load: () => import('./commands/export.ts'),
  },
  databases: {
    summary: 'the databases there are, and when each was proven',
    failure: 'The databases could not be listed',
    local: true,
    load: () => import('./commands/databases.ts'),
  },
  destinations: {
    summary: 'where backups rest, and the room there is',
    failure: 'The destinations could not be looked at',
    local: true,
    load: () => import('./commands/destinations.ts'),
  },
  schedules: {
    summary: 'when backups are made by themselves',
    failure: 'The schedules could not be dealt with',
    load: () => import('./commands/schedules.ts'),
  },
  retention: {
    summary: 'which backups stay, and why: plan, simulate, policies',
    failure: 'The retention could not be dealt with',
    local: true,
    load: () => import('./commands/retention.ts'),
  },
  cleanup: {
    summary: 'remove what the policies do not keep',
    failure: 'The clean-up failed',
    load: () => import('./commands/cleanup.ts'),
  },
  pin: {
    summary: 'keep a backup whatever the policies say',
    failure: 'The backup was not pinned',
    load: () => import('./commands/pin.ts'),
  },
  unpin: {
    summary: 'leave a backup to the policies again',
    failure: 'The backup was not unpinned',
    load: () => import('./commands/unpin.ts'),
  },
  delete: {
    summary: 'delete a backup',
    failure: 'The backup was not deleted',
    load: () => import('./commands/delete.ts'),
  },
  undo: {
    summary: 'undo a restore',
    failure: 'The restore was not undone',
    load: () => import('./commands/undo.ts'),
  },
  keys: {
    summary: 'keys of encrypted backups: show, generate, rewrap',
    failure: 'The keys could not be dealt with',
    local: true,
    load: () => import('./commands/keys.ts'),
  },
  notifications: {
    summary: 'what was told to people: list, retry, test, channels',
    failure: 'The notifications could not be dealt with',
    load: () => import('./commands/notifications.ts'),
  },
  routes: {
    summary: 'who is told what; what an event would send to whom',
    failure: 'The routes could not be read',
    load: () => import('./commands/routes.ts'),
  },
  users: {
    summary: 'who has tokens, and what for',
    failure: 'The users could not be read',
    load: () => import('./commands/users.ts'),
  },
  tokens: {
    summary: 'who may call: list, create, rotate, revoke',
    failure: 'The tokens could not be dealt with',
    load: () => import('./commands/tokens.ts'),
  },
  audit: {
    summary: 'who did what: list, export, verify',
    failure: 'The audit could not be read',
    load: () => import('./commands/audit.ts'),
  },
  dlq: {
    summary: 'events that a service gave up: list, show, retry, remove',
    failure: 'The dead letters could not be dealt with',
    load: () => import('./commands/dlq.ts'),
  },
  profiles: {
    summary: 'servers by name: list, add, remove',
    failure: 'The profiles could not be dealt with',
    local: true,
    load: () => import('./commands/profiles.ts'),
  },
  init: {
    summary: 'write a configuration',
    failure: 'No configuration was written',
    local: true,
    load: () => import('./commands/init.ts'),
  },
  completion: {
    summary: 'completion for bash, zsh or fish',
    failure: 'No completion was written',
    load: () => import('./commands/completion.ts'),
  },
  version: {
    summary: 'the version',
    failure: 'The version is not known',
    load: () => import('./commands/version.ts'),
  },
};
