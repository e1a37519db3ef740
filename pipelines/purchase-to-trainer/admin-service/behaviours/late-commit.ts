import { allocated } from '../api.ts';
import { failed, perform, plan } from '../handler.ts';
import { isUniqueViolation } from '../allocations.ts';
import { answered } from './behaviour.ts';
import type { OwnBehaviour } from './behaviour.ts';

const DEFAULT_DELAY_MS = 50;

/**
 * Answers 201 now and writes the row a while later, with the id it has told. If the row then meets the unique index,
 * because another call was answered in between, it is dropped. Where a row is there already the answer is the truth.
 */
export const lateCommit: OwnBehaviour = async (parts, { delayMs = DEFAULT_DELAY_MS, later }) => {
  const planned = await plan(parts);
  const { id } = planned.allocation;
  if (planned.write === 'nothing') return answered(allocated(await perform(parts, planned)));
  later(
    delayMs,
    async () => {
      await perform(parts, planned).catch((error: unknown) =>
        failed(parts, isUniqueViolation(error) ? 'dropped' : 'failed', error, id),
      );
    },
    () => parts.onEffect('dropped', id, 'the stub was closed before the late commit'),
  );
  return answered(allocated(planned.allocation), ['row-late']);
};
