import type { Route } from './route.ts';

/** When a route takes something, in words. */
export function describeRoute(route: Route): string {
  const parts = [
    ...(route.types ? [`type ${route.types.join(' or ')}`] : []),
    ...(route.outcomes ? [`outcome ${route.outcomes.join(' or ')}`] : []),
    ...(route.severity ? [`severity ${route.severity} or worse`] : []),
    ...(route.databases ? [`database ${route.databases.join(' or ')}`] : []),
    ...(route.recoveries ? ['with recoveries'] : []),
    ...(route.reminders ? ['with reminders'] : []),
  ];
  return parts.join(', ') || 'everything';
}
