/** The Chromium of this machine, and how it is started. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** Absolute; undefined when there is none. `CHROMIUM_BIN` names another one. */
export const findChromium = (env = process.env) =>
  env.CHROMIUM_BIN ??
  (env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find((file) => existsSync(file));

/** Nothing of it goes to the network; root may not have its sandbox. */
export const chromiumArguments = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const needChromium = () => {
  const found = findChromium();
  if (found !== undefined) return found;
  process.stderr.write(
    'faultline: there is no Chromium on the PATH\nInstall one (Debian: apt-get install chromium), or name it by CHROMIUM_BIN.\n',
  );
  process.exit(1);
};
