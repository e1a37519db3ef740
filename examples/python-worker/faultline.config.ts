import { defineConfig } from 'faultline';

export default defineConfig({
  workers: {
    ours: {
      workers: [
        { role: 'purchase-worker', command: ['node', '../own-workers/worker.mjs', 'purchase-worker'] },
        { role: 'allocation-worker', command: ['python3', 'allocation_worker.py'], env: { RETRY_S: '0.2' } },
      ],
    },
  },
});
