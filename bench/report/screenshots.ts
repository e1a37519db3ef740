/** `npm run docs:screenshots`: the pictures of the report in docs/, made of the stored histories, so that they stay true. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Playwright from 'playwright-core';
import type { Browser } from 'playwright-core';
import { packageRoot } from '../../harness/base/package-root.ts';
import { runHere } from '../../harness/cli/testing/run-here.ts';
import { chromiumArguments, needChromium } from '../../scripts/chromium.mjs';
import { writeRuns } from '../../test/report/support/stored-runs.ts';

// Required, and not imported: jiti's hooks, which run this file, cannot link it.
const { chromium } = createRequire(import.meta.url)('playwright-core') as typeof Playwright;

interface Picture {
  readonly file: string;
  readonly dark: boolean;
  readonly trial?: string;
}

const PICTURES: readonly Picture[] = [
  { file: 'report-index.png', dark: false },
  { file: 'report-trial.png', dark: false, trial: 'api-late-commit' },
  { file: 'report-difference.png', dark: true, trial: 'guard-marked-early' },
];

const take = async (browser: Browser, page: string, picture: Picture): Promise<void> => {
  const context = await browser.newContext({
    viewport: { width: 1320, height: 780 },
    colorScheme: picture.dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  const tab = await context.newPage();
  await tab.goto(pathToFileURL(page).href);
  await tab.waitForSelector('.trial-row');
  if (picture.trial !== undefined) {
    await tab
      .locator('.trial-link')
      .filter({ has: tab.getByText(picture.trial, { exact: true }) })
      .click();
    await tab.waitForSelector('.row.selected');
    await tab.waitForSelector('[data-testid="detail"]');
  }
  await tab.screenshot({ path: join(packageRoot, 'docs', picture.file) });
  await context.close();
};

const folder = mkdtempSync(join(tmpdir(), 'faultline-pictures-'));
const browser = await chromium.launch({ executablePath: needChromium(), args: chromiumArguments });
try {
  await writeRuns(join(folder, 'incident'), 'incident');
  await writeRuns(join(folder, 'hardened'), 'hardened');
  const page = join(folder, 'report.html');
  const { code, stderr } = await runHere(['report', 'incident', '--passing', 'hardened', '--out', page], {
    cwd: folder,
    env: {},
  });
  if (code !== 0) throw new Error(stderr);
  for (const picture of PICTURES) await take(browser, page, picture);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
