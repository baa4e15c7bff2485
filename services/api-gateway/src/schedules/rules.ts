import type { Schedule } from '@holdfast/contracts';

export const nextDueAt = (_schedule: Schedule, _after: Date): Date | undefined => undefined;
export const dueTimes = (_schedule: Schedule, _after: Date, _count: number): readonly Date[] => [];
export const assertPossible = (_fields: { readonly rule: string; readonly timezone: string }): void =>
  undefined;
export const matches = (pattern: string, id: string): boolean => pattern === '*' || pattern === id;
