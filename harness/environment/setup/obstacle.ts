/** Whether the embedded environment can be had on this machine at all. */
import { FaultlineError } from '../../base/errors.ts';
import { inspectEmbedded } from '../doctor.ts';
import type { SetupOptions } from './parts.ts';
import { ensureSetup } from './setup.ts';

/**
 * What the embedded environment lacks that a set-up cannot make, and the way to get it; undefined when it can be
 * started. Builds and starts nothing; a few milliseconds when everything is there.
 */
export const embeddedObstacle = async (
  options: Pick<SetupOptions, 'cacheDir' | 'env'>,
): Promise<{ readonly why: string; readonly wayOut: string } | undefined> => {
  try {
    await ensureSetup({ ...options, progress: () => undefined, onlyLook: true });
    return undefined;
  } catch (error) {
    if (!(error instanceof FaultlineError)) throw error;
  }
  const { tools, parts } = await inspectEmbedded(options);
  const lacking = [...tools, ...parts].filter(({ state }) => state === 'missing');
  // What lacks because a tool does says the same again.
  const missing = lacking.filter(
    ({ detail }, i) => !lacking.slice(0, i).some((other) => other.detail === detail && detail.includes(other.name)),
  );
  if (missing.length === 0) return undefined;
  return {
    why: missing.map(({ name, detail }) => `${name}: ${detail}`).join('; '),
    wayOut: [...new Set(missing.flatMap(({ remedy }) => remedy ?? []))].join('; '),
  };
};
