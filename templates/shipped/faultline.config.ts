// Every key, with its default: node_modules/faultline/docs/configuration.md
import { defineConfig, referenceWorkers } from 'faultline';

export default defineConfig({
  workers: {
    // Stand-ins that come with Faultline, so that everything runs from the first minute. Put your own in their place:
    ours: referenceWorkers('hardened'),
    // ours: {
    //   workers: [
    //     // How each is started, from this folder, in any language. It finds KAFKA_BROKERS, DATABASE_URL and ADMIN_SERVICE_URL
    //     // in its environment.
    //     { role: 'purchase-worker', command: ['node', 'dist/purchase-worker.js'] },
    //     { role: 'allocation-worker', command: ['python3', 'allocation_worker.py'] },
    //   ],
    // },
  },
  // The tables that Faultline knows, until your own migrations (or an SQL file) make them:
  // database: { schema: { command: ['npm', 'run', 'migrate'] } },

  // Yours are run beside the ones that come with Faultline (npx faultline list).
  scenarios: ['faultline/scenarios'],
});
