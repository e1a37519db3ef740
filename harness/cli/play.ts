/** A few trials of a stored run, played for a command: what is played and waited for is told as progress. */
import { EXIT } from '../base/errors.ts';
import { playEach } from '../run/play-each.ts';
import type { Playing } from '../run/play-each.ts';
import type { HostOptions, TrialRequest } from '../trial/types.ts';
import type { CommandContext } from './context.ts';
import type { Progress } from './progress.ts';

type Chosen = Pick<HostOptions, 'config' | 'workers' | 'environment' | 'outDir' | 'onRevised'>;

/** True when it was interrupted: then not all of them may have been played. */
export const playForCommand = async (
  { io, parts, signals, exitNow }: CommandContext,
  progress: Progress,
  chosen: Chosen,
  requests: readonly TrialRequest[],
  playing: Playing,
): Promise<boolean> => {
  try {
    return await playEach(
      { ...chosen, fresh: false, progress: progress.say, waitsFor: progress.waitsFor, env: io.env },
      requests,
      {
        openHost: (host) => parts.openHost(host),
        signals,
        exitNow: () => exitNow(EXIT.interrupted),
        say: progress.say,
      },
      playing,
    );
  } finally {
    progress.clear();
  }
};
