/** `faultline diagnose`: asks a live system about one payment, changes nothing, and says what is wrong and what repairs it. */
import { EXIT, FaultlineError } from '../../base/errors.ts';
import { hostAndPort } from '../../base/host-and-port.ts';
import { createRedactor, secretsOf } from '../../base/redact.ts';
import { liveSettings } from '../../config/external.ts';
import type { LiveSettings } from '../../config/types.ts';
import { readLive } from '../../diagnose/read.ts';
import type { Unfound } from '../../diagnose/read.ts';
import { reportOf } from '../../diagnose/report.ts';
import type { DiagnosisReport } from '../../diagnose/report.ts';
import type { Snapshot } from '../../diagnose/snapshot.ts';
import { colourOn, widthOf } from '../context.ts';
import type { Command } from '../context.ts';
import { diagnosisText } from '../diagnosis-text.ts';
import { loadOwnConfig } from '../own-config.ts';
import { createProgress } from '../progress.ts';

export interface DiagnoseOptions {
  readonly payment: string;
  readonly brokers: string | undefined;
  readonly database: string | undefined;
  readonly json: boolean;
}

const EXIT_OF: Readonly<Record<DiagnosisReport['outcome'], number>> = {
  'nothing-wrong': EXIT.ok,
  'cause-found': EXIT.failed,
  'not-known': EXIT.unknown,
};

/** Passwords, wherever they came from. */
const secretsIn = ({ kafka, postgres }: LiveSettings): readonly string[] =>
  [kafka?.sasl?.password, kafka?.tls?.key, postgres?.password, postgres?.tls?.key].flatMap((one) => one ?? []);

const isUnfound = (found: Snapshot | Unfound): found is Unfound => 'unfound' in found;

const unfoundText = ({ looked, unanswered }: Unfound, what: string): string =>
  [
    looked.length === 0 ? `whose ${what} is could not be asked` : `nothing of ${what} is in ${looked.join(' and ')}`,
    ...unanswered.map((why) => `  not asked: ${why}`),
    '',
  ].join('\n');

export const diagnose: Command<[options: DiagnoseOptions]> = async ({ io }, options) => {
  const config = await loadOwnConfig(io.cwd);
  const env = {
    ...io.env,
    ...(options.brokers === undefined ? {} : { KAFKA_BROKERS: options.brokers }),
    ...(options.database === undefined ? {} : { DATABASE_URL: options.database }),
  };
  const settings = liveSettings(config.live, env, config.root);
  if (options.payment.trim() === '') throw new FaultlineError('usage', '--payment is empty', 'Give its id.');
  const clean = createRedactor([...secretsIn(settings), ...secretsOf(env)]);
  const progress = createProgress(io.stderr);
  try {
    const found = await readLive({
      pipeline: config.pipeline,
      settings,
      payment: options.payment,
      progress: progress.say,
    });
    progress.clear();
    const { called } = config.pipeline.subject;
    if (isUnfound(found)) {
      const text = unfoundText(found, `${called} ${options.payment}`);
      io.stdout.write(clean(options.json ? `${JSON.stringify({ outcome: 'not-known', ...found })}\n` : text));
      return EXIT.unknown;
    }
    const report = reportOf(found, { brokers: settings.kafka?.brokers.map(hostAndPort).join(',') ?? 'HOST:PORT' });
    const text = options.json
      ? `${JSON.stringify(report, undefined, 2)}\n`
      : diagnosisText(report, called, colourOn(io), widthOf(io));
    io.stdout.write(clean(text));
    return EXIT_OF[report.outcome];
  } finally {
    progress.clear();
  }
};
