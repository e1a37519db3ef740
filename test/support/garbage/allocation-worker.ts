/**
 * An allocation-worker that does its work, and before its very first event sends garbage everywhere. That it has done so is kept in the
 * file LITTERED, so that it does it once however often it is started.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { defaults } from '../../../fixtures/workers/allocation-worker/program.ts';
import { autoAssign } from '../../../fixtures/workers/shared/admin-service.ts';
import { trainerAllocated } from '../../../fixtures/workers/shared/announce.ts';
import { mark } from '../../../fixtures/workers/shared/guard.ts';
import { persistently } from '../../../fixtures/workers/shared/persistence.ts';
import { readEvent } from '../../../fixtures/workers/shared/reading.ts';
import { runWorker } from '../../../fixtures/workers/shared/worker.ts';
import { litter } from './litter.ts';

const littered = process.env['LITTERED'] ?? '';

await runWorker({
  defaults,
  fromBeginning: true,
  hardened: true,
  handler: (resources) =>
    persistently(resources, async (delivery) => {
      const { settings, database, publisher, stopping } = resources;
      const event = readEvent(delivery, 'PURCHASE_CREATED');
      if (!existsSync(littered)) {
        writeFileSync(littered, '');
        const [broker = ''] = settings.brokers;
        const addresses = { broker, adminService: settings.adminServiceUrl, database: settings.databaseUrl };
        await litter(addresses, event._metadata.correlationId);
      }
      const { body } = await autoAssign(event, settings, stopping);
      const { id, trainerId } = (JSON.parse(body) as { data: { id: string; trainerId: string } }).data;
      await mark(database, event, defaults.name);
      await publisher.publish(trainerAllocated(event, { id, trainerId }, event.purchaseTier ?? 0));
    }),
});
