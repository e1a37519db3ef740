import { FaultlineError } from '../../base/errors.ts';
import { startReaper } from '../../base/reaper.ts';
import type { Reaper } from '../../base/reaper.ts';
import { removeTree } from '../../base/remove-tree.ts';
import type { Variables } from '../setup/parts.ts';
import type { Part } from './part.ts';
import { reservePort } from './ports.ts';
import { endProgramsOf, makeRuntimeFolder, sweepLeftovers } from './runtime-folder.ts';
import type { RuntimeFolder } from './runtime-folder.ts';
import type { StartContext } from './start-context.ts';

/** A folder, a reaper and the programs that use them; they end together. */
export interface Premises {
  readonly context: StartContext;
  end(): Promise<void>;
  kill(): void;
}

const openPremises = (folder: RuntimeFolder, reaper: Reaper, env: Variables): Premises => {
  const running: Part[] = [];
  let ended: Promise<void> | undefined;
  let closed = false;
  let abandon: (reason: Error) => void = () => undefined;
  const abandoned = new Promise<never>((_, reject) => (abandon = reject));
  abandoned.catch(() => undefined);
  const close = (): void => {
    closed = true;
    abandon(new FaultlineError('environment', 'the environment was stopped while it started'));
    running.forEach((part) => part.signalEnd());
  };
  const end = async (): Promise<void> => {
    close();
    try {
      await Promise.all(running.map((part) => part.end()));
      // One that hangs, or was stopped, has not heard of it.
      endProgramsOf(folder.all);
      for (const path of folder.all) removeTree(path);
    } finally {
      // Whatever is left then is the reaper's to end.
      reaper.close();
    }
  };
  const started = (part: Part): void => {
    running.push(part);
    if (closed) part.signalEnd();
  };
  return {
    context: { folder, env, reaper, started, reservePort, abandoned },
    end: () => (ended ??= end()),
    kill: () => {
      close();
      reaper.close();
    },
  };
};

/** Makes a runtime folder with its reaper, and removes what gone runs left. */
export const makePremises = (env: Variables): Premises => {
  sweepLeftovers();
  const folder = makeRuntimeFolder();
  const reaper = startReaper();
  folder.all.forEach((path) => reaper.addFolder(path));
  return openPremises(folder, reaper, env);
};
