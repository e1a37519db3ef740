// Every key, with its default: node_modules/faultline/docs/configuration.md
import { defineConfig } from 'faultline';
import { orderToInvoice } from './faultline/pipeline.ts';

export default defineConfig({
  pipeline: orderToInvoice,
  workers: {
    ours: {
      workers: [
        // A stand-in, so that everything runs from the first minute. Put your own in its place: how it is started, from this
        // folder, in any language. It finds KAFKA_BROKERS and DATABASE_URL in its environment.
        { role: 'invoice-worker', command: ['node', 'faultline/invoice-worker.mjs'] },
      ],
    },
  },
  // Better: what makes your tables anyway, { command: ['npm', 'run', 'migrate'] }.
  database: { schema: 'faultline/schema.sql' },
  scenarios: ['faultline/scenarios'],
});
