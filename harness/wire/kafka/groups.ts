/** Consumer groups, whichever broker coordinates them. */
import type { KafkaConnection } from './request.ts';
import { listGroups } from './requests/list-groups.ts';
import { POLITE, untilAnswered } from './wait.ts';

const DEADLINE_MS = 60_000;

/**
 * Names of all groups. A coordinator that was just chosen has to load its groups before it names them: it is waited for.
 * Errors: KafkaError when a broker refuses, FaultlineError when one is not ready within 60 s.
 */
export const allGroups = (connection: KafkaConnection): Promise<readonly string[]> =>
  untilAnswered("the brokers' lists of groups", DEADLINE_MS, () => connection.send(listGroups()), POLITE);
