/** Programs in containers beside the environment: workers that come as images. */
import { PassThrough } from 'node:stream';
import type { Readable } from 'node:stream';
import { FaultlineError } from '../../base/errors.ts';
import type { Variables } from '../setup/parts.ts';
import type { ContainerOptions, Containers, RunningContainer } from '../../addresses/containers.ts';
import type { DockerApi } from './fetching.ts';
import { explain } from './failures.ts';
import { hostEntry, openPremises } from './premises.ts';
import type { Premises } from './premises.ts';

type Handle = ReturnType<DockerApi['getContainer']>;

/** The engine refuses what has come true already: a signal to a container that has just ended. */
const TOO_LATE = [304, 404, 409];

const unlessTooLate = async (call: Promise<unknown>): Promise<void> => {
  try {
    await call;
  } catch (error) {
    if (!TOO_LATE.includes((error as { readonly statusCode?: number }).statusCode ?? 0)) throw error;
  }
};

const create = async (premises: Premises, name: string, options: ContainerOptions): Promise<Handle> => {
  const { engine } = premises;
  await engine.fetchImage(options.image);
  return engine.api.createContainer({
    name: `${premises.name}-${name}`,
    Image: options.image,
    ...(options.command.length === 0 ? {} : { Cmd: [...options.command] }),
    Env: Object.entries(options.env).map(([variable, value]) => `${variable}=${value}`),
    Labels: premises.labels,
    HostConfig: { NetworkMode: premises.network, ExtraHosts: [`${hostEntry.host}:${hostEntry.ipAddress}`] },
  });
};

/** Gives both outputs, from the first byte on: attached before the container starts. Resolves when they have ended. */
const attach = async (
  api: DockerApi,
  container: Handle,
  onOutput: ContainerOptions['onOutput'],
): Promise<{ readonly drained: Promise<void> }> => {
  const frames = (await container.attach({ stream: true, stdout: true, stderr: true })) as unknown as Readable;
  const taking = (stream: 'stdout' | 'stderr'): PassThrough =>
    new PassThrough().on('data', (bytes: Buffer) => onOutput(stream, bytes));
  const modem = api.modem as { demuxStream(from: Readable, stdout: PassThrough, stderr: PassThrough): void };
  modem.demuxStream(frames, taking('stdout'), taking('stderr'));
  const drained = new Promise<void>((resolve) => {
    for (const event of ['end', 'close', 'error']) frames.once(event, () => resolve());
  });
  return { drained };
};

const run = async (premises: Premises, name: string, options: ContainerOptions): Promise<RunningContainer> => {
  const { api } = premises.engine;
  const container = await create(premises, name, options);
  const { drained } = await attach(api, container, options.onOutput);
  await container.start();
  const { State: state } = await container.inspect();
  const ended = container.wait().then(
    ({ StatusCode }: { readonly StatusCode: number }) => StatusCode,
    () => null,
  );
  const exited = Promise.all([ended, drained]).then(async ([code]) => {
    await unlessTooLate(container.remove({ force: true, v: true })).catch(() => undefined);
    return code;
  });
  return {
    pid: state.Pid,
    exited,
    signal: (signal) => unlessTooLate(container.kill({ signal })),
    pause: () => unlessTooLate(container.pause()),
    resume: () => unlessTooLate(container.unpause()),
  };
};

/** Runs containers in the network of these premises, under their labels. */
export const createContainers = (premises: Premises): Containers => {
  let count = 0;
  return {
    harness: premises.harness,
    run: async (options) => {
      count += 1;
      try {
        return await run(premises, `${options.name}-${count}`, options);
      } catch (error) {
        throw error instanceof FaultlineError ? error : explain({ name: options.name, image: options.image }, error);
      }
    },
  };
};

/**
 * A network of its own for containers, where the environment has none.
 * @throws FaultlineError 'environment' when there is no engine
 */
export const openContainers = async (
  env: Variables,
  progress: (line: string) => void,
): Promise<Containers & { close(): Promise<void> }> => {
  const premises = await openPremises(env, progress);
  return { ...createContainers(premises), close: () => premises.end() };
};
