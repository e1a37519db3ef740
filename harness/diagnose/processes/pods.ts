/** What `kubectl get pods` says of the containers in them. Pure. */
import { count } from '../../history/names.ts';
import type { WorkerSighting } from '../snapshot.ts';

/** Of each pod its name and phase, and of each container since when it runs, or why it does not: nothing else leaves the cluster. */
export const PODS_TEMPLATE =
  '{range .items[*]}{.metadata.name}{"\\t"}{.status.phase}{range .status.containerStatuses[*]}{"\\t"}{.state.running.startedAt}{"|"}{.state.waiting.reason}{"|"}{.state.terminated.reason}{end}{"\\n"}{end}';

interface Pod {
  readonly phase: string;
  /** When its containers that run were started, ms since the epoch. */
  readonly started: readonly number[];
  /** Why the others do not. */
  readonly reasons: readonly string[];
}

const podOf = (line: string): Pod => {
  const [, phase = '', ...containers] = line.split('\t');
  const parts = containers.map((one) => one.split('|'));
  return {
    phase,
    started: parts.flatMap(([started = '']) => (started === '' ? [] : [Date.parse(started)])),
    reasons: parts.flatMap(([, waiting = '', ended = '']) => [waiting, ended].filter((reason) => reason !== '')),
  };
};

/** What is on its way up is not known to be dead. */
const isStarting = ({ phase, reasons }: Pod): boolean =>
  (phase === 'Pending' && reasons.length === 0) ||
  reasons.some((one) => ['ContainerCreating', 'PodInitializing'].includes(one));

/** `lines`: by the template, a pod each; `now`: ms since the epoch. Errors: Error where nothing tells whether the worker's container runs. */
export const podsSighting = (lines: readonly string[], selector: string, now: number): WorkerSighting => {
  const pods = lines.filter((line) => line.trim() !== '').map(podOf);
  if (pods.length === 0)
    throw new Error(`no pod fits ${selector}: is that its label, and this the right context and namespace?`);
  const running = pods.filter(({ started, reasons }) => started.length > 0 && reasons.length === 0);
  if (running.length > 0) {
    const latest = Math.max(...running.flatMap(({ started }) => started));
    const detail = `${count(running.length, 'pod')} of ${pods.length} with its containers running`;
    return { state: 'running', detail, ...(Number.isNaN(latest) ? {} : { forMs: Math.max(0, now - latest) }) };
  }
  if (pods.some(isStarting)) throw new Error('its pods are starting');
  const reasons = [...new Set(pods.flatMap((pod) => (pod.reasons.length > 0 ? pod.reasons : [pod.phase])))];
  // One that runs may be a sidecar's, and one that does not as well.
  if (pods.some(({ started }) => started.length > 0))
    throw new Error(
      `not all containers of its pods run (${reasons.join(', ')}): which of them is the worker is not known`,
    );
  return { state: 'absent', detail: `no container runs in ${count(pods.length, 'pod')} (${reasons.join(', ')})` };
};
