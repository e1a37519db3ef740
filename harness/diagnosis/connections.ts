/** Connections to admin-service over which nothing was asked. */
import type { HistoryEvent } from '../history/events.ts';
import type { History, PipelineEvent } from '../history/history.ts';
import { workerNames } from '../history/liveness.ts';
import { CLOCK_SLACK_MS, wallClock } from '../history/order.ts';

/** Could the connection have been made because of the record? What arrives first proves nothing across sources. */
const mayFollow = (history: History, connection: HistoryEvent, { record }: PipelineEvent): boolean => {
  if (connection.seq > record.seq) return true;
  return history.started.sharedClock && wallClock(history, connection.at) + CLOCK_SLACK_MS >= record.timestamp;
};

/**
 * The allocation-worker's connections since its event that carried no request: at the stub, and at the relay, where
 * one more than the stub ever served counts too.
 */
export const bareConnectionsOf = (history: History, event: PipelineEvent | undefined): readonly HistoryEvent[] => {
  if (event === undefined) return [];
  const names = workerNames(history, 'allocation-worker');
  const served = new Set(history.of('http.request').map(({ connection }) => connection));
  const atStub = history
    .of('http.connected')
    .filter((each) => names.includes(each.worker) && mayFollow(history, each, event));
  const atRelay = history
    .of('wire.connected')
    .filter(
      (each) => each.upstream === 'admin-service' && names.includes(each.worker) && mayFollow(history, each, event),
    );
  const used = atStub.filter(({ connection }) => served.has(connection)).length;
  return [...atStub.filter(({ connection }) => !served.has(connection)), ...atRelay.slice(used)];
};
