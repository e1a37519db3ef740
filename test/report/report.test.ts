/** The page as it is used: opened from disk, by mouse and by keyboard alone. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../harness/history/events.ts';
import { runHere } from '../../harness/cli/testing/run-here.ts';
import { launch, open } from './support/browser.ts';
import { writeRuns } from './support/stored-runs.ts';

const HOSTILE = '</script><img src=x onerror="alert(1)"><b>bold</b> \u202Egnp.exe';

/** A worker that writes whatever it likes, into a log, a header and a body. */
const hostile = (events: readonly HistoryEvent[], scenario: string): readonly HistoryEvent[] =>
  scenario !== 'guard-marked-early'
    ? events
    : events.map((event): HistoryEvent => {
        if (event.kind === 'process.log' && event.line.includes('already processed'))
          return { ...event, line: `${HOSTILE} ${event.correlationId ?? ''}` };
        if (event.kind === 'kafka.record') return { ...event, headers: { ...event.headers, x: HOSTILE } };
        return event;
      });

let browser: Browser;
let folder: string;
let file: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-report-'));
  await writeRuns(join(folder, 'incident'), 'incident', hostile);
  await writeRuns(join(folder, 'hardened'), 'hardened');
  file = join(folder, 'report.html');
  const told = await runHere(['report', 'incident', '--passing', 'hardened', '--out', file], { cwd: folder, env: {} });
  expect(told.stderr).toBe('');
  expect(told.code).toBe(0);
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const trialNamed = async (page: Page, name: string): Promise<void> => {
  await page
    .locator('.trial-link')
    .filter({ has: page.getByText(name, { exact: true }) })
    .click();
  await page.waitForSelector('.rows .row');
};

describe('the report in Chromium', () => {
  it('leads from the failed trial over its evidence to the event, in three clicks', async () => {
    const { page, complaints } = await open(browser, file);
    expect(await page.textContent('h1')).toMatch(/of \d+ trials failed/);
    await trialNamed(page, 'guard-marked-early');
    const evidence = page.locator('[aria-labelledby="broke"] .seq').first();
    const seq = await evidence.getAttribute('data-seq');
    await evidence.click();
    await page.waitForSelector(`.row.selected[data-seq="${seq}"]`);
    expect(JSON.parse((await page.textContent('[data-testid="raw"]')) ?? '')).toMatchObject({ seq: Number(seq) });
    expect(complaints).toEqual([]);
    await page.context().close();
  });
  it.each([
    { width: 1440, dark: false },
    { width: 1440, dark: true },
    { width: 400, dark: false },
  ])('has nothing serious that axe-core finds, $width px wide, dark: $dark', async ({ width, dark }) => {
    const { page } = await open(browser, file, { width, dark });
    const serious = async (): Promise<readonly string[]> =>
      (await new AxeBuilder({ page }).analyze()).violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
    expect(await serious()).toEqual([]);
    await trialNamed(page, 'guard-marked-early');
    expect(await serious()).toEqual([]);
    await page.context().close();
  });
});
