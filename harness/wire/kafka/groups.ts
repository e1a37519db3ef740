/** Consumer groups, whichever broker coordinates them. */
import { KafkaError } from './errors.ts';
import type { KafkaConnection } from './request.ts';
import { listGroups } from './requests/list-groups.ts';
import { POLITE, waitUntil } from './wait.ts';

const DEADLINE_MS = 60_000;

/**
 * Names of all groups. A coordinator that was just chosen has to load its groups before it names them: it is waited for.
 * Errors: KafkaError when a broker refuses, FaultlineError when one is not ready within 60 s.
 */
export const allGroups = async (connection: KafkaConnection): Promise<readonly string[]> => {
  let groups: readonly string[] = [];
  await waitUntil(
    "the brokers' lists of groups",
    DEADLINE_MS,
    async () => {
      try {
        groups = await connection.send(listGroups());
        return undefined;
      } catch (error) {
        if (error instanceof KafkaError && error.transient) return error.message;
        throw error;
      }
    },
    POLITE,
  );
  return groups;
};
