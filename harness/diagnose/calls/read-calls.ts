/** Reads the logs of services for the calls of one payment. Nothing is asked of the services, and nothing changed. */
import { stat } from 'node:fs/promises';
import { shellWord } from '../../base/shell.ts';
import type { LogPlace, Pods, ServiceLog } from '../../config/types.ts';
import type { Subject } from '../../history/events.ts';
import type { Pipeline } from '../../pipeline/queries.ts';
import { runLines } from '../run-lines.ts';
import type { Around } from '../run-lines.ts';
import type { LogSeen, Look, Told } from '../snapshot.ts';
import { inWords } from '../tools.ts';
import { told } from '../told.ts';
import { createLogCollector } from './collect.ts';
import type { LogCollector, Prefix } from './collect.ts';
import { readLogFile } from './read-file.ts';

/** Of one log: so many bytes at most, in so long, ms. */
const MOST_BYTES = 100_000_000;
const READING_MS = 30_000;
const DEADLINE_MS = 40_000;
/** Of a container: so many of its last lines. */
const MOST_LINES = 300_000;
/** Pods that kubectl may read at once. */
const MOST_PODS = 50;

interface Asking {
  /** In words. */
  readonly where: string;
  /** For a person to type. */
  readonly asked: string;
  readonly prefix: Prefix;
  read(into: LogCollector, around: Around): Promise<string | undefined>;
}

const running = (command: readonly [string, ...string[]], readsErrors?: true, cwd?: string): Asking['read'] => {
  return (into, around) =>
    runLines(command, {
      ...around,
      ...(cwd === undefined ? {} : { cwd }),
      timeoutMs: READING_MS,
      mostBytes: MOST_BYTES,
      onLine: (line) => into.add(line),
      ...(readsErrors === undefined ? {} : { readsErrors }),
    });
};

const readFile =
  (path: string): Asking['read'] =>
  async (into, { signal }) => {
    // A pipe would never end.
    if (!(await stat(path)).isFile()) throw new Error(`${path} is no file`);
    return readLogFile(path, {
      mostBytes: MOST_BYTES,
      timeoutMs: READING_MS,
      onLine: (line) => into.add(line),
      signal,
    });
  };

const ofContainer = (container: string): Asking => {
  const command = ['docker', 'logs', '--timestamps', '--tail', String(MOST_LINES), container] as const;
  const asked = `docker logs --timestamps ${shellWord(container)}`;
  return { where: asked, asked: `${asked} 2>&1`, prefix: 'time', read: running(command, true) };
};

const ofPods = ({ selector, namespace }: Pods): Asking => {
  const scope = namespace === undefined ? [] : ['--namespace', namespace];
  const lines = ['logs', '--selector', selector, ...scope, '--all-containers', '--prefix', '--timestamps'];
  const command = ['kubectl', ...lines, '--tail', String(MOST_LINES), '--max-log-requests', String(MOST_PODS)] as const;
  const asked = ['kubectl', ...lines, '--tail=-1'].map(shellWord).join(' ');
  return { where: asked, asked, prefix: 'pod', read: running(command) };
};

/** A command of the team's own may hold what is nobody's business: it is named by its program alone. */
const askingOf = (service: string, place: LogPlace): Asking => {
  if ('container' in place) return ofContainer(place.container);
  if ('pods' in place) return ofPods(place.pods);
  if ('file' in place)
    return {
      where: `the file ${place.file}`,
      asked: `cat ${shellWord(place.file)}`,
      prefix: 'none',
      read: readFile(place.file),
    };
  const [program] = place.command;
  return {
    where: `what ${program} prints`,
    asked: inWords(`the command of live.services.${service} (${program})`),
    prefix: 'none',
    read: running(place.command, undefined, place.cwd),
  };
};

const readLog = async (
  pipeline: Pipeline,
  subject: Subject,
  { service, log, around }: { readonly service: string; readonly log: ServiceLog; readonly around: Around },
): Promise<LogSeen> => {
  const { where, asked, prefix, read } = askingOf(service, log.place);
  const into = createLogCollector(pipeline, subject, { service, log, prefix });
  const why = await read(into, around);
  const seen = into.seen();
  if (why !== undefined && seen.parts.length === 0) throw new Error(why);
  return { where, asked, ...seen, readAt: Date.now(), lacking: why === undefined ? [] : [why] };
};

/** By service, of those whose log somebody named; undefined: of none. One that cannot be read ends no other. Errors: the signal's reason. */
export const readCalls = async (
  pipeline: Pipeline,
  subject: Subject,
  logs: Readonly<Record<string, ServiceLog>>,
  around: Around,
): Promise<NonNullable<Look['calls']> | undefined> => {
  const seen: [string, Told<LogSeen>][] = [];
  for (const [service, log] of Object.entries(logs)) {
    around.signal?.throwIfAborted();
    const ask = (): Promise<LogSeen> => readLog(pipeline, subject, { service, log, around });
    const late = { ms: DEADLINE_MS, abandon: () => undefined };
    seen.push([service, await told(`the log of ${service}`, ask, late)]);
  }
  return seen.length === 0 ? undefined : Object.fromEntries(seen);
};
