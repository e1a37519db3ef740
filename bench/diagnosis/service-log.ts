/** The log of requests that the service would write: one JSON object a line, behind each answer, and a question for its health all the time. */
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import type { HistoryEvent } from '../../harness/history/events.ts';
import { pipelineOf } from '../../harness/pipeline/queries.ts';
import { shippedPipeline } from '../../harness/pipeline/shipped.ts';

/** It ran before the first payment, by more than clocks differ, ms. */
const RAN_BEFORE_MS = 3_600_000;
/** Between two questions for its health, ms. */
const HEALTH_EVERY_MS = 500;

export interface ServiceLog {
  readonly file: string;
  hear(event: HistoryEvent): void;
  close(): void;
}

const health = (time: number): object => ({ time, method: 'GET', path: '/healthz', status: 200 });

/** Of before: a log in which nobody ever called may be another one. */
const somebodysCall = (time: number): object => {
  const body = { studentId: randomUUID(), courseId: randomUUID() };
  return { time, ...pipelineOf(shippedPipeline).service('admin-service').operation, status: 201, body };
};

export const openServiceLog = (file: string): ServiceLog => {
  const requests = new Map<number, HistoryEvent<'http.request'>>();
  const write = (line: object): void => appendFileSync(file, `${JSON.stringify(line)}\n`);
  write(health(Date.now() - RAN_BEFORE_MS));
  write(somebodysCall(Date.now() - RAN_BEFORE_MS));
  const timer = setInterval(() => write(health(Date.now())), HEALTH_EVERY_MS);
  return {
    file,
    hear: (event) => {
      if (event.kind === 'http.request') requests.set(event.call, event);
      if (event.kind !== 'http.response') return;
      const request = requests.get(event.call);
      if (request === undefined) return;
      const { method, path, json } = request;
      // Of one that was not answered a server has no status to write.
      const status = event.status === null ? {} : { status: event.status };
      write({ time: Date.now(), method, path, ...status, body: json });
    },
    close: () => clearInterval(timer),
  };
};
