/** What a Docker engine says when it cannot do what was asked, in the words of somebody who has to put it right. */
import { FaultlineError } from '../../base/errors.ts';

interface Failure {
  readonly pattern: RegExp;
  readonly means: (what: Subject) => string;
  readonly wayOut: (what: Subject) => string;
}

/** What was being started. */
export interface Subject {
  /** As an error names it: "Kafka". */
  readonly name: string;
  readonly image: string;
}

const DISK_FULL = /no space left on device|ENOSPC|disk quota exceeded/i;
const PORT_TAKEN = /port is already allocated|address already in use|ports are not available/i;

/** The way out of a full disk of the engine. */
export const FREE_DISK =
  'free some: docker system df shows what takes it, docker system prune removes what nobody uses';

/** The first that matches; patterns are the engine's own words, from several versions. */
const FAILURES: readonly Failure[] = [
  {
    pattern: DISK_FULL,
    means: ({ name }) => `${name} could not be started: the disk of the Docker engine is full`,
    wayOut: () => FREE_DISK,
  },
  {
    pattern: PORT_TAKEN,
    means: ({ name }) => `${name} could not be started: its port was taken by another program`,
    wayOut: () => 'start again: every start chooses another free port',
  },
  {
    pattern: /ECONNREFUSED|ECONNRESET|EPIPE|connect ENOENT/,
    means: () => 'the Docker engine has gone away',
    wayOut: () => 'start it again; the next start, or faultline down, removes what is left',
  },
  {
    pattern: /address pool|pools have been fully subnetted/i,
    means: () => 'the Docker engine has no address range left for another network',
    wayOut: () => 'remove networks that nobody uses: docker network prune',
  },
  {
    pattern:
      /pull|manifest|no such image|not found.*registry|repository does not exist|registry|lookup .* no such host/i,
    means: ({ name, image }) =>
      `the image ${image} of ${name} is not on this machine, and it could not be fetched from its registry`,
    wayOut: ({ image }) =>
      `check the name and the way to the registry (docker pull ${image}), or bring the image here with docker load`,
  },
];

const said = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s+/g, ' ').slice(0, 400);
};

export const isDiskFull = (error: unknown): boolean => DISK_FULL.test(said(error));

export const isPortTaken = (error: unknown): boolean => PORT_TAKEN.test(said(error));

/** One clear error for whatever went wrong when a container was started; FaultlineErrors stay as they are. */
export const explain = (what: Subject, error: unknown): FaultlineError => {
  if (error instanceof FaultlineError) return error;
  const text = said(error);
  const failure = FAILURES.find(({ pattern }) => pattern.test(text));
  return failure === undefined
    ? new FaultlineError(
        'environment',
        `${what.name} (${what.image}) could not be started: ${text}`,
        'look at the engine with docker ps -a and docker info, or use --env embedded',
      )
    : new FaultlineError('environment', `${failure.means(what)} (${text})`, failure.wayOut(what));
};
