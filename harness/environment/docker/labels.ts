/** Labels on everything a run makes in the engine: whose it is, and which environment it belongs to. */
import type { Owner } from '../embedded/owner.ts';

const PREFIX = 'faultline';

const NAMES = {
  environment: `${PREFIX}.environment`,
  pid: `${PREFIX}.owner-pid`,
  startTime: `${PREFIX}.owner-start`,
  hostname: `${PREFIX}.owner-host`,
  pidNamespace: `${PREFIX}.owner-pid-namespace`,
  keep: `${PREFIX}.keep`,
} as const;

export type Labels = Readonly<Record<string, string>>;

/** @param keep FAULTLINE_KEEP: nobody removes it but who asks for it */
export const labelsOf = (environment: string, owner: Owner, keep: boolean): Record<string, string> => ({
  [NAMES.environment]: environment,
  [NAMES.pid]: String(owner.pid),
  [NAMES.startTime]: owner.startTime,
  [NAMES.hostname]: owner.hostname,
  [NAMES.pidNamespace]: owner.pidNamespace,
  ...(keep ? { [NAMES.keep]: 'yes' } : {}),
});

/** Null: not made by a run. */
export const ownerIn = (labels: Labels): Owner | null => {
  const pid = Number(labels[NAMES.pid]);
  const startTime = labels[NAMES.startTime];
  const hostname = labels[NAMES.hostname];
  if (!Number.isInteger(pid) || startTime === undefined || hostname === undefined) return null;
  return { pid, startTime, hostname, pidNamespace: labels[NAMES.pidNamespace] ?? '' };
};

export const isKept = (labels: Labels): boolean => labels[NAMES.keep] !== undefined;

/** A filter of the engine's lists: what any run made, or one environment's. */
export const labelFilter = (environment?: string): string =>
  environment === undefined ? NAMES.environment : `${NAMES.environment}=${environment}`;
