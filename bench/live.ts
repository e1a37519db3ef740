/**
 * `npm run bench:live [-- payments]`: `faultline diagnose --all` on a system with a million purchases and a million records, among which
 * some lack what should follow. Is just that found, how long does it take, how much memory? The last line counts what held; exit code 1
 * when something did not.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { loadConfigFile } from '../harness/config/load.ts';
import { packageRoot } from '../harness/base/package-root.ts';
import type { AllReport } from '../harness/diagnose/all/report-all.ts';
import { pipelineOf } from '../harness/pipeline/queries.ts';
import { shippedPipeline } from '../harness/pipeline/shipped.ts';
import { openStanding } from '../harness/trial/standing.ts';
import { peakOf } from './growth/memory.ts';
import type { Peak } from './growth/memory.ts';
import { wrongIn } from './live/found.ts';
import { fillRecords, fillRows } from './live/fill.ts';
import type { Sizes } from './live/fill.ts';

/** What is demanded of a million. */
const MOST = { ms: 60_000, mb: 300 } as const;
/** MB a second: as fast as it goes. */
const RATE = '500';
const WORKERS = ['purchase-worker', 'allocation-worker'] as const;

const payments = Number(process.argv[2] ?? 1_000_000);
const sizes: Sizes = { payments, marked: 20, untold: 10 };

const say = (line: string): void => void process.stdout.write(`${line}\n`);
let [held, all] = [0, 0];
const check = (holds: boolean, line: string): void => {
  all += 1;
  if (holds) held += 1;
  say(`${holds ? 'held  ' : 'MISSED'} ${line} [load ${loadavg()[0]?.toFixed(1)}]`);
};

/** As a user runs it. */
const diagnose = async (env: NodeJS.ProcessEnv) => {
  const began = performance.now();
  const peaks: Peak[] = [];
  const args = [join(packageRoot, 'dist/harness/cli/main.js'), 'diagnose', '--all', '--json', '--rate', RATE];
  const [said, failed, code] = await new Promise<[string, string, number | undefined]>((resolve) => {
    const { pid } = execFile(process.execPath, args, { env, maxBuffer: 2 ** 28 }, (error, stdout, stderr) =>
      resolve([stdout, stderr, error === null ? 0 : typeof error.code === 'number' ? error.code : undefined]),
    );
    if (pid !== undefined) peaks.push(peakOf(pid));
  });
  if (!said.startsWith('{')) throw new Error(`diagnose said ${said}${failed}`);
  return { report: JSON.parse(said) as AllReport, code, ms: performance.now() - began, mb: peaks.at(-1)?.mb ?? NaN };
};

const config = await loadConfigFile(join(packageRoot, 'bench/growth/faultline.config.ts'));
const standing = await openStanding({ config, environment: 'embedded', progress: () => undefined, env: process.env });
const env = { ...process.env, ...standing.addresses };
const client = new pg.Client({ connectionString: standing.addresses['DATABASE_URL'] });
const kafka = new Kafka({ brokers: [standing.addresses['KAFKA_BROKERS'] ?? ''], logLevel: logLevel.NOTHING });
const admin = kafka.admin();
const children = [];
try {
  await Promise.all([client.connect(), admin.connect()]);
  say(`filling: ${payments} payments`);
  const rows = await fillRows(client, sizes);
  const records = await fillRecords(kafka, sizes);
  say(`${rows} rows, ${records} records`);
  for (const role of WORKERS) {
    const { group } = shippedPipeline.stages[role];
    const topic = pipelineOf(shippedPipeline).consumedTopic(role);
    const ends = await admin.fetchTopicOffsets(topic);
    await admin.setOffsets({
      groupId: group,
      topic,
      partitions: ends.map(({ partition, offset }) => ({ partition, offset })),
    });
    const main = join(packageRoot, `dist/fixtures/workers/${role}/hardened.js`);
    children.push(spawn(process.execPath, [main], { env, stdio: 'ignore' }));
  }
  const { report, code, ms, mb } = await diagnose(env);
  const wrong = wrongIn(report, code, sizes);
  say(JSON.stringify({ ...report, causes: report.causes.map(({ examples: _examples, ...cause }) => cause) }, null, 2));
  check(
    wrong.length === 0,
    `of ${payments} payments ${sizes.marked} are found whose event is marked, and ${sizes.untold} of which nobody told${wrong.length === 0 ? '' : `: ${wrong.join('; ')}`}`,
  );
  check(
    ms <= MOST.ms,
    `${report.rows} rows and ${report.records} records in ${Math.round(ms)} ms, with --rate ${RATE} (at most ${MOST.ms})`,
  );
  check(mb <= MOST.mb, `${mb} MB at most (at most ${MOST.mb})`);
} finally {
  for (const child of children) {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  }
  await Promise.all([client.end(), admin.disconnect()]);
  await standing.close();
}
say(`live ${held}/${all} held`);
process.exit(held === all ? 0 : 1);
