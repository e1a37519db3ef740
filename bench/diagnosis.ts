/**
 * `npm run bench:diagnosis [-- --ways FL0104 --seeds 3]`: is what `faultline diagnose` says of a live system right? Each cause is brought
 * about by real acts in several ways, pairs of them at once, and so is what only looks wrong; it gets addresses and an id, as anybody does.
 * How an answer is judged: diagnosis/judge.ts. The last line has the three rates; exit code 1 when one of them is not whole.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { packageRoot } from '../harness/base/package-root.ts';
import { startEmbedded } from '../harness/environment/embedded/embedded.ts';
import { optionsBy } from './command-line.ts';
import { isAsDemanded, percent, rowOf, totalsOf } from './diagnosis/measured.ts';
import type { Measured } from './diagnosis/measured.ts';
import { commitHere } from './diagnosis/commit.ts';
import { MEASURED_FILE, MEASURED_PAGE, measuredPage } from './diagnosis/page.ts';
import { readOptions } from './diagnosis/options.ts';
import { playInOne } from './diagnosis/play.ts';
import type { Case, Ground, Played } from './diagnosis/play.ts';
import { loadSets } from './diagnosis/sets.ts';
import type { Way } from './diagnosis/types.ts';
import { WAYS } from './diagnosis/ways/catalogue.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const options = optionsBy(readOptions);

const chosen = WAYS.filter(
  ({ name, of }) => options.ways.length === 0 || options.ways.some((part) => name.includes(part) || of.includes(part)),
);
if (chosen.length === 0) {
  process.stderr.write(
    `no way is called so; there are:\n${WAYS.map(({ of, name }) => `  ${of} ${name}`).join('\n')}\n`,
  );
  process.exit(2);
}

/** Of what is measured: of before the run. */
const commit = commitHere();
const out = mkdtempSync(join(tmpdir(), 'faultline-diagnosis-'));
const env = { FAULTLINE_HOME: join(packageRoot, '.faultline'), ...process.env };
const NONE: Played = { cases: [], besides: [] };
/** What has been asked so far. */
const asked = new Map<Way, Played>();
const seeds = Array.from({ length: options.seeds }, (_, i) => options.seed + i);

/** Payments of one way that are in one system. */
interface Job {
  readonly way: Way;
  readonly seeds: readonly number[];
}

const inParts = (list: readonly number[], most: number): readonly (readonly number[])[] =>
  list.length <= most ? [list] : [list.slice(0, most), ...inParts(list.slice(most), most)];

const jobsOf = (way: Way): readonly Job[] =>
  inParts(seeds, way.perSystem ?? seeds.length).map((part) => ({ way, seeds: part }));

const keep = ({ way, seed, answer, complaints }: Case, what = `seed ${seed}`): void => {
  if (complaints.length === 0) return;
  const file = join(out, `${way.name.replaceAll(/\W+/g, '-')}-${what.replaceAll(' ', '-')}.json`);
  writeFileSync(file, answer.said);
  say(`  ${what}: ${complaints.join('; ')}\n    ${file}`);
};

/** Counted, so that no way that fails is taken for one that is right. */
const notBrought = ({ way, seeds: list }: Job): Played => ({
  cases: list.map((seed) => ({
    way,
    seed,
    answer: { code: -1, report: undefined, said: '' },
    exact: false,
    grounded: way.expects.length > 0 ? false : undefined,
    stands: undefined,
    accusesFalsely: false,
    complaints: [],
  })),
  besides: [],
});

const tell = (way: Way, { cases, besides }: Played): void => {
  const row = rowOf(way, cases, besides);
  say(
    `${way.of} ${way.name}: ${row.exact} of ${cases.length} exact, ${row.grounded} of ${row.toGround} grounded, ${row.falselyAccused} falsely accused`,
  );
  for (const one of cases) keep(one);
  for (const one of besides) keep(one, `a payment at its end beside seed ${one.seed}`);
};

const playJob = async (job: Job, ground: Ground): Promise<void> => {
  const { way } = job;
  const played = await playInOne(way, job.seeds, ground).catch((error: unknown) => {
    say(`  ${way.of} ${way.name} was not brought about: ${error instanceof Error ? error.message : String(error)}`);
    return notBrought(job);
  });
  const before = asked.get(way) ?? NONE;
  const all = { cases: [...before.cases, ...played.cases], besides: [...before.besides, ...played.besides] };
  asked.set(way, all);
  if (all.cases.length === seeds.length) tell(way, all);
};

/** Waits more than it works: several stand side by side. */
const playLane = async (waiting: Job[]): Promise<void> => {
  const environment = await startEmbedded({ cacheDir: env.FAULTLINE_HOME, env, progress: () => undefined });
  try {
    const ground = { environment, sets: await loadSets(out), env, cwd: out };
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await playJob(job, ground);
  } finally {
    await environment.stop();
  }
};

// Those of many systems first: at the end nobody waits for one of them.
const waiting = chosen
  .map(jobsOf)
  .toSorted((a, b) => b.length - a.length)
  .flat();
await Promise.all(Array.from({ length: Math.min(options.lanes, waiting.length) }, () => playLane(waiting)));

const table = chosen.map((way) => {
  const { cases, besides } = asked.get(way) ?? NONE;
  return rowOf(way, cases, besides);
});
const totals = totalsOf(table);
if (options.out !== undefined) {
  mkdirSync(dirname(options.out), { recursive: true });
  const on = new Date().toISOString().slice(0, 10);
  const measured: Measured = { on, ...(commit === undefined ? {} : { commit }), seeds: options.seeds, rows: table };
  writeFileSync(options.out, `${JSON.stringify(measured, null, 2)}\n`);
  // The page is of all ways.
  if (resolve(options.out) === join(packageRoot, MEASURED_FILE) && chosen.length === WAYS.length)
    writeFileSync(join(packageRoot, MEASURED_PAGE), measuredPage(measured, WAYS));
}
const isRight = isAsDemanded(totals);
if (isRight) rmSync(out, { recursive: true });
else say(`answers are in ${out}`);
say(
  `diagnosis ${totals.cases} cases: ${percent(totals.exact, totals.cases)} exact, ${percent(totals.grounded, totals.toGround)} grounded, ${percent(totals.falselyAccused, totals.cases)} falsely accused`,
);
process.exit(isRight ? 0 : 1);
