/** `npm run bench:report`: how big the report's page is, how soon it is painted, and how it scrolls with 50,000 events, in Chromium. */
import { createRequire } from 'node:module';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Playwright from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { runHere } from '../harness/cli/testing/run-here.ts';
import { chromiumArguments, needChromium } from '../scripts/chromium.mjs';
import { firstContentfulPaint } from '../test/report/support/paint.ts';
import { loadScenarios, writeRun, writeRuns } from '../test/report/support/stored-runs.ts';
import { manyEvents } from './report/many.ts';

// Required, and not imported: jiti's hooks, which run this file, cannot link it.
const { chromium } = createRequire(import.meta.url)('playwright-core') as typeof Playwright;

const EVENTS = 50_000;

/** What the page owes: at most so many bytes and ms, at least so many frames a second. */
const OWED = { bytes: 1_000_000, paintMs: 1000, framesPerSecond: 30 } as const;

const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-report-'));

const pageOf = async (runs: string): Promise<string> => {
  const file = join(folder, `${runs}.html`);
  const { code, stderr } = await runHere(['report', runs, '--out', file], { cwd: folder, env: {} });
  if (code !== 0) throw new Error(stderr);
  return file;
};

const open = async (browser: Browser, file: string, hash = ''): Promise<Page> => {
  // The page's own policy forbids what measures it.
  const page = await (await browser.newContext({ bypassCSP: true, viewport: { width: 1440, height: 900 } })).newPage();
  await page.goto(pathToFileURL(file).href + hash);
  await page.waitForSelector('h1');
  return page;
};

const firstPaint = async (browser: Browser, file: string): Promise<number> => {
  const page = await open(browser, file);
  const ms = await firstContentfulPaint(page);
  await page.context().close();
  return ms;
};

/** Frames a second while the rows are scrolled on, a screen every few frames, for `ms`. */
const scrolling = (ms: number): string => `new Promise((resolve) => {
  const rows = document.querySelector('.rows');
  const begun = performance.now();
  let frames = 0;
  const step = () => {
    frames += 1;
    rows.scrollTop += 160;
    const took = performance.now() - begun;
    if (took < ${ms}) requestAnimationFrame(step);
    else resolve({ perSecond: frames / (took / 1000), scrolled: rows.scrollTop });
  };
  requestAnimationFrame(step);
})`;

const row = (what: string, value: string, owed: string, met: boolean): boolean => {
  process.stdout.write(`    ${what.padEnd(58)} ${value.padStart(12)}   ${owed}${met ? '' : '   NOT MET'}\n`);
  return met;
};

const measure = async (browser: Browser): Promise<boolean> => {
  await writeRuns(join(folder, 'trials'), 'incident');
  const trials = await pageOf('trials');
  const scenario = (await loadScenarios()).get('healthy');
  if (scenario === undefined) throw new Error('there is no scenario healthy');
  const events = manyEvents(EVENTS);
  writeRun(join(folder, 'many'), scenario, events, 'hardened', 'not judged');
  const many = await pageOf('many');
  const bytes = statSync(trials).size;
  const paint = await firstPaint(browser, trials);
  const begun = performance.now();
  const page = await open(browser, many, '#/trial/0');
  await page.waitForSelector('.rows .row', { timeout: 120_000 });
  const drawn = performance.now() - begun;
  await page.click('text=all events');
  const scrolled = (await page.evaluate(scrolling(4000))) as { readonly perSecond: number; readonly scrolled: number };
  if (scrolled.scrolled < 1000) throw new Error(`it did not scroll: ${JSON.stringify(scrolled)}`);
  return [
    row(
      'page of the stored trials of one edition',
      `${Math.round(bytes / 1000)} kB`,
      `<= ${OWED.bytes / 1000} kB`,
      bytes <= OWED.bytes,
    ),
    row('its first paint', `${Math.round(paint)} ms`, `<= ${OWED.paintMs} ms`, paint <= OWED.paintMs),
    row(`a history of ${events.length} events: opened and drawn`, `${Math.round(drawn)} ms`, '', true),
    row(
      'the same, scrolled',
      `${Math.round(scrolled.perSecond)} frames/s`,
      `>= ${OWED.framesPerSecond} frames/s`,
      scrolled.perSecond >= OWED.framesPerSecond,
    ),
  ].every(Boolean);
};

const browser = await chromium.launch({ executablePath: needChromium(), args: chromiumArguments });
try {
  process.exitCode = (await measure(browser)) ? 0 : 1;
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
