/** Two editions of the shop's workers: one that is right, and one whose planner marks an order before it has planned anything. */
import type { ConfigInput, WorkerInput } from '../../harness/config/define.ts';
import { orderToShipment } from './pipeline.ts';

const ROLES = ['planner', 'dispatcher', 'mailer'] as const;

const workersOf = (edition: 'right' | 'hasty'): readonly WorkerInput[] =>
  ROLES.map((role) => ({ role, command: [process.execPath, 'workers/worker.mjs', role, edition] }));

const config: ConfigInput = {
  pipeline: orderToShipment,
  workers: { right: { workers: workersOf('right') }, hasty: { workers: workersOf('hasty') } },
  database: { schema: 'schema.sql' },
  scenarios: ['scenarios'],
};

export default config;
