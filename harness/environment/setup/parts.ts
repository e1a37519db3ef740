/** What set-up yields: where everything lies that the embedded environment is started from. */

/** The environment variables of the process, passed in. */
export type Variables = Readonly<Record<string, string | undefined>>;

export interface SetupOptions {
  /** Folder of everything downloaded or generated, by default `.faultline` in the project's root; made if missing. */
  readonly cacheDir: string;
  readonly env: Variables;
  /** Called with one line for every thing that takes a while. */
  readonly progress: (line: string) => void;
  /** Build nothing: what is not there is an error, NotSetUp. */
  readonly onlyLook?: boolean;
}

export interface Java {
  /** Path of the program. */
  readonly command: string;
  /** Full version, e.g. 17.0.15+6. */
  readonly version: string;
}

export interface KafkaParts {
  readonly version: string;
  readonly java: Java;
  readonly classPath: string;
  /** A formatted storage folder, to be copied. */
  readonly storage: string;
  /** AppCDS archive; null when this JVM could not make one: starts take twice as long then. */
  readonly archive: string | null;
}

export interface PostgresParts {
  readonly version: string;
  /** Folder with bin, lib and share. */
  readonly home: string;
  /** tar file of a freshly made data folder. */
  readonly template: string;
}

export interface ToxiproxyParts {
  readonly version: string;
  readonly command: string;
}

export interface Parts {
  readonly kafka: KafkaParts;
  readonly postgres: PostgresParts;
  readonly toxiproxy: ToxiproxyParts;
}
