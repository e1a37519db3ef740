/** What is on this machine, for `faultline doctor`: data only, it changes and starts nothing. */
import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { FaultlineError } from '../base/errors.ts';
import { parentDeathSignal } from '../base/parent-death.ts';
import type { DoctorItem } from './doctor-item.ts';
import { NEEDED_BYTES, leftoverFolders, runtimePlaces } from './embedded/runtime-folder.ts';
import { unprivilegedUser } from './embedded/unprivileged.ts';
import { NotSetUp } from './setup/cache.ts';
import { findJava } from './setup/java.ts';
import { kafkaArchive } from './setup/kafka-archive.ts';
import { kafkaJars } from './setup/kafka-jars.ts';
import { kafkaStorage } from './setup/kafka-storage.ts';
import type { SetupOptions, Variables } from './setup/parts.ts';
import { postgresBinaries } from './setup/postgres-binaries.ts';
import { postgresTemplate } from './setup/postgres-template.ts';
import { find, run, wayOut } from './setup/tools.ts';
import type { Tool } from './setup/tools.ts';
import { toxiproxyServer } from './setup/toxiproxy.ts';
import { VERSIONS } from './setup/versions.ts';

export interface DoctorReport {
  /** Whether an environment can be started, perhaps after a set-up. */
  readonly healthy: boolean;
  readonly tools: readonly DoctorItem[];
  /** Downloaded or generated parts, in the cache. */
  readonly parts: readonly DoctorItem[];
  /** Bytes. */
  readonly memory: { readonly free: number; readonly total: number };
  /** Where an environment's data may lie, the preferred place first; bytes. */
  readonly places: readonly { readonly folder: string; readonly free: number; readonly enough: boolean }[];
  /** Folders of environments whose owner is gone; the next start removes them. */
  readonly leftovers: readonly string[];
  readonly cacheDir: string;
  /** What `--env docker` needs; an engine that is there comes first. */
  readonly docker?: readonly DoctorItem[];
}

/** All three and two workers, measured at some 0.6 GB; bytes. */
const NEEDED_MEMORY = 1_000_000_000;

/** What a look gives as the detail, or the error of it and its hint. */
export const itemOf = async (name: string, look: () => string | Promise<string>): Promise<DoctorItem> => {
  try {
    return { name, state: 'there', detail: await look() };
  } catch (error) {
    if (!(error instanceof FaultlineError)) throw error;
    return {
      name,
      state: error instanceof NotSetUp ? 'not-set-up' : 'missing',
      detail: error.message,
      ...(error.hint === undefined ? {} : { remedy: error.hint }),
    };
  }
};

/** A tool for building: missing matters only while there is something left to build with it. */
const builder = async (tool: Tool, versionFlag: string, needed: boolean, env: Variables): Promise<DoctorItem> => {
  const path = find(tool, env);
  if (path === null)
    return needed
      ? { name: tool, state: 'missing', detail: 'not on the PATH', remedy: wayOut(tool) }
      : { name: tool, state: 'optional', detail: 'not on the PATH; what it is needed for is there already' };
  return itemOf(tool, async () => {
    const said = await run([path, versionFlag], { env, doing: `asking ${tool} for its version`, timeout: 20_000 });
    const [first] = said.replace(/\u001b\[[\d;]*m/g, '').split('\n');
    return `${first ?? ''} (${path})`;
  });
};

const cachedParts = async (options: SetupOptions): Promise<DoctorItem[]> => {
  const jars = (): Promise<string> => kafkaJars(options);
  const base = async () => ({ version: VERSIONS.kafka, java: await findJava(options.env), classPath: await jars() });
  const storage = async (): Promise<string> => {
    const { java, classPath } = await base();
    return kafkaStorage(options, java, classPath);
  };
  return Promise.all([
    itemOf(`Kafka ${VERSIONS.kafka}: jars`, async () => `${(await jars()).split(':').length} jars`),
    itemOf(`Kafka ${VERSIONS.kafka}: formatted storage`, storage),
    itemOf(`Kafka ${VERSIONS.kafka}: class archive`, async () => {
      const archive = await kafkaArchive({ ...(await base()), storage: await storage() }, options);
      return archive ?? 'this Java makes none: Kafka takes a second longer to start';
    }),
    itemOf('PostgreSQL: programs', async () => (await postgresBinaries(options)).version),
    itemOf('PostgreSQL: data folder', async () => postgresTemplate(await postgresBinaries(options), options)),
    itemOf(`Toxiproxy ${VERSIONS.toxiproxy}`, async () => (await toxiproxyServer(options)).command),
  ]);
};

const systemTools = (env: Variables): DoctorItem[] => {
  const user = unprivilegedUser();
  const signal = parentDeathSignal();
  return [
    { name: 'node', state: 'there', detail: process.version },
    find('tar', env) === null
      ? { name: 'tar', state: 'missing', detail: 'not on the PATH', remedy: wayOut('tar') }
      : { name: 'tar', state: 'there', detail: find('tar', env) ?? '' },
    signal === null
      ? {
          name: 'setpriv',
          state: 'optional',
          detail: 'not there: after a SIGKILL of the harness the reaper alone ends the rest',
        }
      : { name: 'setpriv', state: 'there', detail: signal },
    ...(user === null
      ? []
      : [{ name: 'user for PostgreSQL', state: 'there' as const, detail: `${user.name} (as root it would not run)` }]),
  ];
};

/** What programs can have, page cache included: os.freemem counts only what nobody uses at all. */
const availableMemory = (): number => {
  if (process.platform !== 'linux') return freemem();
  const available = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
  return available === undefined ? freemem() : Number(available) * 1024;
};

/** What the embedded environment needs: tools, parts, memory and space. Nothing is built, started or removed. */
export const inspectEmbedded = async (given: Pick<SetupOptions, 'cacheDir' | 'env'>): Promise<DoctorReport> => {
  const options: SetupOptions = { ...given, progress: () => undefined, onlyLook: true };
  const parts = await cachedParts(options);
  const lacks = (start: string): boolean =>
    parts.some(({ name, state }) => name.startsWith(start) && state !== 'there');
  const tools = [
    ...systemTools(given.env),
    await itemOf('java', async () => {
      const { version, command } = await findJava(given.env);
      return `${version} (${command})`;
    }),
    ...(await Promise.all([
      builder('mvn', '--version', lacks(`Kafka ${VERSIONS.kafka}: jars`), given.env),
      builder('go', 'version', lacks('Toxiproxy'), given.env),
    ])),
  ];
  const places = runtimePlaces().map(({ folder, free }) => ({ folder, free, enough: free >= NEEDED_BYTES }));
  const memory = { free: availableMemory(), total: totalmem() };
  const healthy =
    [...tools, ...parts].every(({ state }) => state !== 'missing') &&
    places.some(({ enough }) => enough) &&
    memory.free >= NEEDED_MEMORY;
  return { healthy, tools, parts, memory, places, leftovers: leftoverFolders(), cacheDir: given.cacheDir };
};

/** The same, and what a Docker engine has. Nothing is built, started or removed. */
export const inspectMachine = async (given: Pick<SetupOptions, 'cacheDir' | 'env'>): Promise<DoctorReport> => {
  const docker = import('./docker/leftovers.ts').then(({ inspectDocker }) => inspectDocker(given.env));
  const [report, items] = await Promise.all([inspectEmbedded(given), docker]);
  return { ...report, docker: items };
};
