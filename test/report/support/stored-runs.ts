/** Run folders made of the stored histories, as `faultline run` leaves them. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatEvent } from '../../../harness/history/file.ts';
import { storedHistory, STORED } from '../../../harness/history/testing/stored.ts';
import type { HistoryEvent } from '../../../harness/history/events.ts';
import type { Scenario } from '../../../harness/scenario/types.ts';
import { judge } from '../../../harness/verdict/testing/shipped.ts';

const SCENARIOS = fileURLToPath(new URL('../../../scenarios/', import.meta.url));

export const loadScenarios = async (): Promise<ReadonlyMap<string, Scenario>> => {
  const files = readdirSync(SCENARIOS).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const all = await Promise.all(
    files.map(async (file) => ((await import(join(SCENARIOS, file))) as { readonly scenario: Scenario }).scenario),
  );
  return new Map(all.map((scenario) => [scenario.name, scenario]));
};

export const writeRun = (
  folder: string,
  scenario: Scenario,
  events: readonly HistoryEvent[],
  workers: string,
  /** Judging a very long history takes its time, and a page needs none. */
  judged: 'judged' | 'not judged' = 'judged',
): string => {
  const dir = join(folder, `2026-11-26T10-00-00-000-${scenario.name}`);
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'scenario.json'), JSON.stringify({ scenario, seed: 7, workers }));
  writeFileSync(join(dir, 'history.ndjson'), events.map(formatEvent).join(''));
  if (judged === 'not judged') return dir;
  const result = {
    name: scenario.name,
    title: scenario.title,
    seed: 7,
    workers,
    verdict: judge(events, scenario),
    runDir: dir,
    timings: {
      prepareMs: 0,
      actMs: 0,
      settleMs: 0,
      judgeMs: 0,
      totalMs: (events.at(-1)?.at ?? 0) - (events[0]?.at ?? 0),
    },
  };
  writeFileSync(join(dir, 'verdict.json'), JSON.stringify(result));
  return dir;
};

/** Stored trials of the edition, a run folder each. `change` may put something into the events; `only`: these scenarios. */
export const writeRuns = async (
  folder: string,
  edition: string,
  change: (events: readonly HistoryEvent[], scenario: string) => readonly HistoryEvent[] = (events) => events,
  only?: readonly string[],
): Promise<void> => {
  const scenarios = await loadScenarios();
  for (const name of STORED) {
    const [from, of = ''] = name.split('/');
    const scenario = scenarios.get(of);
    if (from !== edition || scenario === undefined || only?.includes(of) === false) continue;
    writeRun(folder, scenario, change(storedHistory(name).events, of), edition);
  }
};
