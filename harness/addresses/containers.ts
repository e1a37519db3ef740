/** How programs are run in containers: what an environment of containers offers. */

/** Where programs of this machine listen for containers, and the name by which containers reach them there. */
export interface HarnessPlace {
  readonly listen: string;
  readonly reach: string;
  /** Whence containers come to it, as 172.18.0.0/16: whatever else comes from outside is none. Left out: nobody knows. */
  readonly networks?: readonly string[];
}

/** A program to be run in a container. */
export interface ContainerOptions {
  /** Part of the container's name, and how errors name it. */
  readonly name: string;
  readonly image: string;
  /** In the place of the image's own; empty: the image's. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly onOutput: (stream: 'stdout' | 'stderr', bytes: Buffer) => void;
}

export interface RunningContainer {
  /** Of its first process, as the engine's machine counts; this machine's only where they share a kernel. */
  readonly pid: number;
  /** Resolves when it has ended and all its output was given: its exit code, 128 and more for a signal; null: it is gone without one. */
  readonly exited: Promise<number | null>;
  /** To its first process; one that has ended gets none. */
  signal(signal: NodeJS.Signals): Promise<void>;
  /** Stops every process in it. */
  pause(): Promise<void>;
  resume(): Promise<void>;
}

/** Runs programs in containers that reach this machine, and are removed with the run. */
export interface Containers {
  readonly harness: HarnessPlace;
  /** Starts one; fetches its image when it is not there. Errors: FaultlineError 'environment'. */
  run(options: ContainerOptions): Promise<RunningContainer>;
}
