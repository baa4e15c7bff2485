export * from './client.ts';
export type { Followed, FollowEventsOptions } from './follow-events.ts';
