import { defineConfig } from 'faultline';

export default defineConfig({
  workers: {
    ours: {
      workers: [
        { role: 'purchase-worker', command: ['node', 'worker.mjs', 'purchase-worker'] },
        { role: 'allocation-worker', command: ['node', 'worker.mjs', 'allocation-worker'] },
      ],
    },
  },
  scenarios: ['scenarios'],
});
