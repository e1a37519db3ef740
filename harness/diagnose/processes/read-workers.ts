/** Looks whether the workers of a live system run. Nothing is started, stopped or changed. */
import { shellWord } from '../../base/shell.ts';
import type { WorkerPlace } from '../../config/types.ts';
import { runLines } from '../run-lines.ts';
import type { Around } from '../run-lines.ts';
import type { WorkerLooked, WorkerSighting } from '../snapshot.ts';
import { told } from '../told.ts';
import { containerSighting, isNoContainer } from './container.ts';
import { onThisHost } from './host.ts';
import { PODS_TEMPLATE, podsSighting } from './pods.ts';

interface Looking extends Omit<WorkerLooked, 'seen'> {
  look(around: Around): Promise<WorkerSighting>;
}

/** For one answer, ms. */
const ANSWER_MS = 15_000;
const DEADLINE_MS = 20_000;
const MOST_BYTES = 4_000_000;

/** The lines that a tool prints, and why they are not all; undefined: they are. */
const linesOf = async (command: readonly [string, ...string[]], around: Around) => {
  const lines: string[] = [];
  const why = await runLines(command, {
    ...around,
    timeoutMs: ANSWER_MS,
    mostBytes: MOST_BYTES,
    onLine: ({ text }) => lines.push(text),
  });
  return { lines, why };
};

const inContainer = (container: string): Looking => {
  const command = ['docker', 'inspect', '--type', 'container', '--format', '{{json .State}}', container] as const;
  return {
    where: `docker inspect ${container}`,
    asked: command.map(shellWord).join(' '),
    look: async (around) => {
      const { lines, why } = await linesOf(command, around);
      if (why === undefined) return containerSighting(lines[0] ?? '', Date.now());
      // Of what was never there nothing tells that it ended.
      throw new Error(
        isNoContainer(why) ? `there is no such container: is that its name, and this the right context?` : why,
      );
    },
  };
};

const inPods = ({ pods: { selector, namespace } }: Extract<WorkerPlace, { readonly pods: unknown }>): Looking => {
  const scope = namespace === undefined ? [] : ['--namespace', namespace];
  const pods = ['kubectl', 'get', 'pods', '--selector', selector, ...scope] as const;
  return {
    where: pods.join(' '),
    asked: pods.map(shellWord).join(' '),
    look: async (around) => {
      const { lines, why } = await linesOf([...pods, '--output', `jsonpath=${PODS_TEMPLATE}`], around);
      if (why !== undefined) throw new Error(why);
      return podsSighting(lines, selector, Date.now());
    },
  };
};

const lookingAt = (place: WorkerPlace): Looking => {
  if ('container' in place) return inContainer(place.container);
  if ('pods' in place) return inPods(place);
  return {
    where: 'the processes of this machine',
    asked: `pgrep -af -- ${shellWord(place.processes)}`,
    look: async () => onThisHost(place.processes),
  };
};

/**
 * By role, of those of which somebody said where they run; undefined: of none. One that cannot be seen ends no other. Errors: the
 * signal's reason.
 */
export const readWorkers = async (
  places: Readonly<Record<string, WorkerPlace>>,
  around: Around,
): Promise<Readonly<Record<string, WorkerLooked>> | undefined> => {
  const seen: [string, WorkerLooked][] = [];
  for (const [role, place] of Object.entries(places)) {
    around.signal?.throwIfAborted();
    const { where, asked, look } = lookingAt(place);
    const late = { ms: DEADLINE_MS, abandon: () => undefined };
    seen.push([role, { where, asked, seen: await told(where, () => look(around), late) }]);
  }
  return seen.length === 0 ? undefined : Object.fromEntries(seen);
};
