/**
 * `npm run bench:growth [-- trials plain judging load soak]`: does what a trial costs grow as its work, and not faster? Trials with more
 * and more payments, the same workers by themselves beside them, histories of more and more events to be judged, and faults with
 * hundreds of payments in flight; `soak`, thousands of payments, only when it is named. The last line counts what held; exit code 1 when
 * something did not.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { readContract } from '../harness/contract/contract.ts';
import type { Contract } from '../harness/contract/contract.ts';
import type { HistoryEvent } from '../harness/history/events.ts';
import { judge } from '../harness/verdict/judge.ts';
import type { TrialOutcome } from '../harness/history/verdict.ts';
import { packageRoot } from '../harness/base/package-root.ts';
import { play } from './controls/play.ts';
import { exponentOf } from './growth/fit.ts';
import { judgedInAChild } from './growth/judged-child.ts';
import type { Measured } from './growth/fit.ts';
import { IN_FLIGHT, SIZES, SOAK, markedEarly, payments, paymentsAtOnce } from './growth/many.ts';
import { peakOf } from './growth/memory.ts';
import type { Peak } from './growth/memory.ts';
import { plainTimes } from './growth/plain.ts';
import { recordedEvents } from './growth/recorded.ts';

/** What is demanded. */
const MOST = { exponent: 1.1, timesPlain: 1.3, judgingMs: 250, million: { ms: 2500, bytes: 1.5e9 } } as const;
/** Sizes at which the workers are run by themselves as well. */
const BESIDE = 1000;
const EVENTS = [1000, 10_000, 100_000] as const;
const MILLION = 1_000_000;
const LOAD = ['load-worker-killed', 'load-database-away', 'load-rebalance'] as const;

let [held, all] = [0, 0];
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const check = (holds: boolean, line: string): void => {
  all += 1;
  if (holds) held += 1;
  // What else the machine had to do.
  say(`${holds ? 'held  ' : 'MISSED'} ${line} [load ${loadavg()[0]?.toFixed(1)}]`);
};

const exponent = (what: string, measured: readonly Measured[]): void => {
  const found = exponentOf(measured);
  check(found <= MOST.exponent, `${what} grows with the power ${found.toFixed(2)} of it (at most ${MOST.exponent})`);
};

const trial = async (
  name: string,
  workers: 'hardened' | 'incident' = 'hardened',
  wanted = 'passed',
  started?: (pid: number) => void,
) => {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-growth-'));
  const fixture = { name: workers, config: 'bench/growth/faultline.config.ts' };
  const about = { fixture, scenarios: [name], seed: 1, folder };
  const [row] = await play(started === undefined ? about : { ...about, started });
  if (row === undefined) throw new Error(`${name} was not run`);
  if (row.verdict === wanted) rmSync(folder, { recursive: true });
  else say(`  ${name} is ${row.verdict} with ${workers}: everything is in ${row.runDir}`);
  return row;
};

const trials = async (): Promise<void> => {
  const rows = [];
  for (const size of SIZES) {
    const { verdict, timings } = await trial(paymentsAtOnce(size).name);
    rows.push({ size, verdict, ...timings });
    check(
      verdict === 'passed',
      `${size} payments: ${verdict}, acting ${timings.actMs} ms, judging ${timings.judgeMs} ms`,
    );
  }
  const judged = rows.filter(({ verdict }) => verdict === 'passed');
  exponent(
    'acting',
    judged.map(({ size, actMs: cost }) => ({ size, cost })),
  );
  exponent(
    'judging',
    judged.map(({ size, judgeMs: cost }) => ({ size, cost })),
  );
};

const plain = async (): Promise<void> => {
  // The first ones warm the workers up.
  const [, own = NaN] = await plainTimes([25, BESIDE]);
  const [, wired = NaN] = await plainTimes([25, BESIDE], 'wires');
  const { timings, verdict } = await trial(paymentsAtOnce(BESIDE).name);
  const times = timings.actMs / own;
  check(
    verdict === 'passed' && times <= MOST.timesPlain,
    `${BESIDE} payments: ${Math.round(own)} ms by the workers alone, ${Math.round(wired)} ms (${(wired / own).toFixed(2)} times) through relays and Toxiproxy alone, ${timings.actMs} ms in a trial: ${times.toFixed(2)} times (at most ${MOST.timesPlain})`,
  );
};

/** ms of CPU time: what the rest of the machine does says less in it. */
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Each time as if it had just been read: what was judged of a call is known again by its events. */
const timesJudging = (length: number, contract: Contract) => {
  const recorded = [...recordedEvents(length)];
  let [ms, cpu, outcome]: [number, number, TrialOutcome | undefined] = [Infinity, Infinity, undefined];
  for (let i = 0; i < 3; i += 1) {
    const events = recorded.map((event) => JSON.parse(JSON.stringify(event)) as HistoryEvent);
    const [began, cpuBegan] = [performance.now(), cpuMs()];
    ({ outcome } = judge(events, { ...paymentsAtOnce(1), given: { subjects: {} } }, contract));
    [ms, cpu] = [Math.min(ms, performance.now() - began), Math.min(cpu, cpuMs() - cpuBegan)];
  }
  return { size: recorded.length, ms, cpu, outcome };
};

/** Of the built command, and of all that it does: a stored run is read from the disk and judged. */
const million = (): void => {
  const { events, code, said, ms, cpuMs: cpu, mostBytes } = judgedInAChild(MILLION);
  check(code === 0, `faultline judge of ${events} events: exit code ${code}`);
  if (code !== 0) say(said);
  check(
    ms <= MOST.million.ms,
    `${events} events are read and judged in ${Math.round(ms)} ms, ${Math.round(cpu)} ms of CPU time (at most ${MOST.million.ms})`,
  );
  check(
    mostBytes <= MOST.million.bytes,
    `${events} events are read and judged in ${(mostBytes / 1e9).toFixed(2)} GB of memory (at most ${MOST.million.bytes / 1e9})`,
  );
};

const judging = async (): Promise<void> => {
  const contract = readContract(join(packageRoot, 'contracts/pacts'));
  const rows = EVENTS.map((length) => timesJudging(length, contract));
  for (const { size, ms, cpu, outcome } of rows)
    check(
      outcome === 'passed',
      `${size} events: ${outcome}, judged in ${Math.round(ms)} ms, ${Math.round(cpu)} ms of CPU time`,
    );
  exponent(
    'judging events',
    rows.map(({ size, ms: cost }) => ({ size, cost })),
  );
  const last = rows.at(-1);
  if (last !== undefined)
    check(
      last.ms <= MOST.judgingMs,
      `${last.size} events are judged in ${Math.round(last.ms)} ms (at most ${MOST.judgingMs})`,
    );
  million();
};

type Row = Awaited<ReturnType<typeof trial>>;

/** Payments that a finding is about. */
const accusedIn = ({ invariants }: Row): ReadonlySet<string | undefined> =>
  new Set(
    invariants
      .flatMap(({ verdict, findings }) => (verdict === 'violated' ? findings : []))
      .map(({ subject }) => subject),
  );

/** Right workers are accused of nothing; those that trust whoever marked the guard of just the payments for which somebody did. */
const load = async (): Promise<void> => {
  const marked = markedEarly(payments(IN_FLIGHT));
  for (const name of LOAD) {
    const { verdict, timings } = await trial(name);
    check(verdict === 'passed', `${name}: ${verdict}, in ${timings.totalMs} ms`);
    const wrong = await trial(name, 'incident', 'failed');
    const accused = accusedIn(wrong);
    const isFound = marked.every((subject) => accused.has(subject));
    check(
      wrong.verdict === 'failed' && isFound && accused.size === marked.length,
      `${name} with incident: ${wrong.verdict}, ${accused.size} of ${IN_FLIGHT} payments accused, ${isFound ? 'among them' : 'not'} all ${marked.length} that were marked early; findings: ${wrong.findings.join(', ')}`,
    );
  }
};

/**
 * Its memory holds what the payments are, beside what it holds with hardly any. The workers ask by student and course for what no index
 * of their tables finds, so that they take longer for each the more there are: acting may grow as much faster as they do by themselves.
 */
const soak = async (): Promise<void> => {
  const played = async (size: number) => {
    const peaks: Peak[] = [];
    const { verdict, timings } = await trial(paymentsAtOnce(size).name, 'hardened', 'passed', (pid) => {
      peaks.push(peakOf(pid));
    });
    const { actMs, judgeMs } = timings;
    const { mb = NaN, cpuMs: cpu = NaN } = peaks.at(-1) ?? {};
    check(
      verdict === 'passed',
      `${size} payments: ${verdict}, acting ${actMs} ms, judging ${judgeMs} ms, ${cpu} ms of CPU time, ${mb} MB at most`,
    );
    return { size, actMs, mb };
  };
  const alone = async (size: number): Promise<number> => {
    const [, own = NaN] = await plainTimes([25, size]);
    say(`       ${size} payments: ${Math.round(own)} ms by the workers alone [load ${loadavg()[0]?.toFixed(1)}]`);
    return own;
  };
  // What a process holds anyway is not the same each time.
  const few: number[] = [];
  for (let i = 0; i < 3; i += 1) few.push((await played(SIZES[0])).mb);
  const [, least = NaN] = few.sort((one, other) => one - other);
  const rows: (Awaited<ReturnType<typeof played>> & { readonly ownMs: number })[] = [];
  for (const size of SOAK) rows.push({ ...(await played(size)), ownMs: await alone(size) });
  const [acting, own, beside] = [
    exponentOf(rows.map(({ size, actMs: cost }) => ({ size, cost }))),
    exponentOf(rows.map(({ size, ownMs: cost }) => ({ size, cost }))),
    exponentOf(rows.map(({ size, actMs, ownMs }) => ({ size, cost: actMs / ownMs }))),
  ];
  check(
    acting <= MOST.exponent || beside <= MOST.exponent - 1,
    `acting grows with the power ${acting.toFixed(2)} of it (at most ${MOST.exponent}), and what the workers alone take with ${own.toFixed(2)}: beside that with ${beside.toFixed(2)} (at most ${(MOST.exponent - 1).toFixed(1)})`,
  );
  exponent(
    'memory',
    rows.map(({ size, mb }) => ({ size, cost: mb - least })),
  );
};

const PARTS: Readonly<Record<string, () => Promise<void>>> = { trials, plain, judging, load, soak };
const USUAL: readonly string[] = ['trials', 'plain', 'judging', 'load'];

const named = process.argv.slice(2);
const chosen = named.length === 0 ? USUAL : named;
const unknown = chosen.filter((name) => PARTS[name] === undefined);
if (unknown.length > 0) {
  process.stderr.write(`there is no part ${unknown.join(', ')}; there are: ${Object.keys(PARTS).join(', ')}\n`);
  process.exit(2);
}
for (const [name, part] of Object.entries(PARTS)) if (chosen.includes(name)) await part();
say(`growth ${held}/${all} held`);
process.exit(held === all && all > 0 ? 0 : 1);
