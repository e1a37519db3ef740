/** How the pipeline to sessions is run: the reference workers to a trainer, and the session-worker in the same edition. */
import { fileURLToPath } from 'node:url';
import type { ConfigInput, WorkerInput, WorkerSetInput } from '../../harness/config/define.ts';
import { referenceWorkers } from '../purchase-to-trainer/reference-workers.ts';
import { purchaseToSessions } from './pipeline.ts';

type Edition = 'incident' | 'hardened';

const sessionWorker = (edition: Edition): WorkerInput => ({
  role: 'session-worker',
  // From this folder as it stands in the checkout, and in the package.
  command: [process.execPath, `../../dist/fixtures/workers/session-worker/${edition}.js`],
  env: { FAULTLINE_RETRY_FIRST_MS: '20' },
  misconfigured: { 'new-group': { CONSUMER_GROUP: 'session-worker-misconfigured' } },
  names: {
    group: 'CONSUMER_GROUP',
    topics: {
      'trainer-allocated': 'CONSUME_TOPIC',
      'sessions-generated': 'SESSIONS_GENERATED_TOPIC',
      'dead-letter-queue': 'DEAD_LETTER_QUEUE_TOPIC',
    },
  },
});

/** The wrong topic is one that nothing of this pipeline is told in. */
const misreading = (worker: WorkerInput): WorkerInput => ({
  ...worker,
  misconfigured: { ...worker.misconfigured, 'wrong-topic': { CONSUME_TOPIC: 'notification-requested' } },
});

const setOf = (edition: Edition): WorkerSetInput => {
  const reference = referenceWorkers(edition);
  const workers = [...reference.workers, sessionWorker(edition)];
  return { ...reference, workers: workers.map(misreading) };
};

const config: ConfigInput = {
  pipeline: purchaseToSessions,
  workers: { hardened: setOf('hardened'), incident: setOf('incident') },
  database: { schema: ['../../fixtures/schema.sql', 'schema.sql'] },
  pacts: '../../contracts/pacts',
  scenarios: [fileURLToPath(new URL('scenarios', import.meta.url))],
};

export default config;
