export { homeAt, openHome, type Home } from './home.ts';
export { startPrivateCluster } from './private-postgres.ts';
export { startStandalone, type Standalone } from './start-standalone.ts';
export { ensureSampleDatabase, SAMPLE_DATABASE } from './sample-database.ts';
