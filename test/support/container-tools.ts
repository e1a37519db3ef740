/** What stands for docker and kubectl: they print what they are told to, and write down what they were asked. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const TOOL = `#!/bin/sh
printf '%s\n' "$(basename "$0") $*" >> "$ASKED"
[ -n "$PRINTED" ] || { echo "Error: No such object" >&2; exit 1; }
printf '%s\n' "$PRINTED"
`;

export interface ContainerTools {
  /** An environment in which they print this; empty: they fail. */
  env(printed: string): Readonly<Record<string, string>>;
  /** Each command once, in order. */
  asked(): readonly string[];
}

export const containerTools = (folder: string): ContainerTools => {
  const asked = join(folder, 'asked');
  for (const tool of ['docker', 'kubectl']) {
    writeFileSync(join(folder, tool), TOOL);
    chmodSync(join(folder, tool), 0o755);
  }
  return {
    env: (printed) => ({ PATH: `${folder}:${process.env['PATH']}`, ASKED: asked, PRINTED: printed }),
    asked: () => [...new Set(readFileSync(asked, 'utf8').trim().split('\n'))],
  };
};
