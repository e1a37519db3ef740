/** The command line: which commands and options there are. What they do is in commands/. */
import { Command as Program, CommanderError, Option } from '@commander-js/extra-typings';
import { EXIT } from '../base/errors.ts';
import { DEFAULT_ENVIRONMENT, ENVIRONMENT_CHOICES } from '../environment/start.ts';
import { DEFAULT_REPORTER, REPORTER_IDS } from '../reporters/catalogue.ts';
import { DEFAULT_OUT } from '../run/runs-folder.ts';
import { addAccept } from './accept-program.ts';
import { consentOption, withConsent } from './consent.ts';
import type { CommandContext } from './context.ts';
import { addCapture } from './capture-program.ts';
import { addContracts } from './contracts-program.ts';
import { EXIT_BUG, exitCodeOfError, exitCodesHelp } from './exit-codes.ts';
import { addDiagnose } from './diagnose-program.ts';
import { addExamples } from './examples.ts';
import { addInit } from './init-program.ts';
import { formatError } from './print-error.ts';
import { addReport } from './report-program.ts';
import {
  collect,
  parseEnvironment,
  parsePatience,
  parsePort,
  parseRepeat,
  parseReporter,
  parseSeed,
  parseSettleDeadline,
  parseShard,
} from './values.ts';
import type { ReporterChoice } from './values.ts';
import { faultlineVersion } from '../base/version.ts';
import { colourOn } from './context.ts';

const JSON_FILE = 'write one JSON document about the run';
const SUMMARY_FILE = 'append a Markdown table of the verdicts, e.g. for $GITHUB_STEP_SUMMARY';
const KNOWN = 'known findings, which do not make a run red (default: faultline.known.json beside the configuration)';
const AGAINST =
  "an earlier run's results (its --json file, or folder of runs): says what is new, fixed, still there; only new is red";
const PATIENCE =
  'how long something missing is waited for before it is accused, e.g. 10s (three times that after an upstream was away)';
const SETTLE_DEADLINE = 'how long a trial may take to settle, e.g. 2m; a scenario may say so for itself';
/** For who doubts a proof: told in the documentation, and no choice that a run usually has. */
const waitOutOption = () =>
  new Option('--wait-out', 'settling waits out its deadline even where its end is proven').default(false).hideHelp();

const VERBOSE = 'every failure at length, also what an earlier one told; notes of trials that passed';

const DURATIONS = 'record of how long scenarios take (default: beside the parts)';

/** What the first codes mean of an explanation. */
const EXPLANATION_CODES: Readonly<Record<number, string | null>> = {
  [EXIT.ok]: 'it is told of every finding which faults it came of, or the trial passed',
  [EXIT.failed]: null,
  [EXIT.unknown]: 'that cannot be told of a finding, or the trial is unknown',
};

type Finish = (code: number) => void;

const environmentOption = () =>
  new Option('--env <kind>', `${ENVIRONMENT_CHOICES.join(', ')}: where Kafka, PostgreSQL and Toxiproxy come from`)
    .argParser((value: string) => parseEnvironment(value))
    .default(DEFAULT_ENVIRONMENT);

const WORKERS =
  "a set of workers by name, or another project's faultline.config.ts (path, or path#set), with its scenarios";

const PIPELINE =
  'a pipeline that comes with Faultline by its name, or the folder of one of your own; --workers then names a set of it';

const SEED =
  'every id, name, date and choice comes from it; any whole number, e.g. of the build: from 2^32 on its remainder by that is taken, and printed (default: a random one, printed)';
const NAMES = 'names of scenarios, or globs with * and ?; all when left out';
const NAMES_OR_FILES = 'names of scenarios, globs with * and ?, or files that hold scenarios; all when left out';

const addRun = (program: Program, context: CommandContext, finish: Finish): void => {
  program
    .command('run')
    .description('run scenarios against workers')
    .argument('[names...]', NAMES_OR_FILES)
    .option('--pipeline <name>', PIPELINE)
    .option('--workers <set>', WORKERS)
    .addOption(environmentOption())
    .addOption(consentOption())
    .addOption(tagOption())
    .option('--seed <n>', SEED, parseSeed)
    .option('--repeat <n>', 'run every scenario so often, each time with another seed', parseRepeat, 1)
    .option('--bail', 'stop after the first trial that did not pass', false)
    .option('--fresh', 'renew topics, database and workers for every trial', false)
    .option('--shard <i/n>', 'only the i-th of n parts, balanced by recorded durations', parseShard)
    .addOption(reporterOption())
    .option('--out <dir>', "folder for the runs' folders", DEFAULT_OUT)
    .option('--json <file>', JSON_FILE)
    .option('--summary <file>', SUMMARY_FILE)
    .option('--durations <file>', `${DURATIONS}; a run without --shard writes it`)
    .option('--patience <duration>', PATIENCE, (value) => parsePatience(value))
    .option('--settle-deadline <duration>', SETTLE_DEADLINE, (value) => parseSettleDeadline(value))
    .addOption(waitOutOption())
    .option('--known <file>', KNOWN)
    .option('--against <results>', AGAINST)
    .option('-v, --verbose', VERBOSE, false)
    .addHelpText('after', `\n${exitCodesHelp()}`)
    .action(async (names, flags) => {
      const { run } = await import('./commands/run.ts');
      finish(
        await run(withConsent(context, flags), {
          names,
          pipeline: flags.pipeline,
          workers: flags.workers,
          environment: flags.env,
          tags: flags.tag,
          seed: flags.seed,
          repeat: flags.repeat,
          bail: flags.bail,
          fresh: flags.fresh,
          shard: flags.shard,
          reporters: flags.reporter,
          out: flags.out,
          json: flags.json,
          summary: flags.summary,
          durations: flags.durations,
          known: flags.known,
          against: flags.against,
          verbose: flags.verbose,
          waiting: {
            ...(flags.patience === undefined ? {} : { patienceMs: flags.patience }),
            ...(flags.settleDeadline === undefined ? {} : { settleDeadlineMs: flags.settleDeadline }),
            ...(flags.waitOut ? { waitOut: true } : {}),
          },
        }),
      );
    });
};

const tagOption = () =>
  new Option('--tag <tag>', 'only scenarios with this tag; several times for any of several')
    .argParser(collect<string>)
    .default([], 'all');

const reporterOption = (byDefault: string = DEFAULT_REPORTER) =>
  new Option('--reporter <name>', `${REPORTER_IDS.join(', ')}; several times for several`)
    .argParser((value: string, before: readonly ReporterChoice[]) => collect(parseReporter(value), before))
    .default([], byDefault);

const addMerge = (program: Program, context: CommandContext, finish: Finish): void => {
  program
    .command('merge')
    .description('make one verdict of the results of all shards of a run; runs nothing')
    .argument('<folders...>', "the shards' folders of runs (--out), or folders that hold them")
    .addOption(reporterOption())
    .option('--json <file>', JSON_FILE)
    .option('--summary <file>', SUMMARY_FILE)
    .option('--durations <file>', 'bring this record of how long scenarios take up to date')
    .option('--known <file>', KNOWN)
    .option('--against <results>', AGAINST)
    .option('-v, --verbose', VERBOSE, false)
    .addHelpText('after', `\n${exitCodesHelp()}`)
    .action(async (folders, flags) => {
      const { merge } = await import('./commands/merge.ts');
      const { reporter: reporters, json, summary, durations, known, against, verbose } = flags;
      finish(await merge(context, { folders, reporters, json, summary, durations, known, against, verbose }));
    });
};

const WORKERS_OF_STORED = 'the workers, where the run had those of another project: a run folder is not believed';

const addStored = (program: Program, context: CommandContext, finish: Finish): void => {
  program
    .command('replay')
    .description(
      'run the scenario of a run folder again with its seed and workers; says whether the verdict is the same',
    )
    .argument('<folder>', 'a run folder, e.g. runs/latest')
    .option('-w, --workers <name>', WORKERS_OF_STORED)
    .addOption(environmentOption())
    .addOption(consentOption())
    .addOption(reporterOption('its verdict as text'))
    .option('--out <dir>', 'folder for its run folder (default: beside the run that is replayed)')
    .option('--json <file>', JSON_FILE)
    .action(async (folder, flags) => {
      const { replay } = await import('./commands/replay.ts');
      const { env: environment, workers, out, json, reporter: reporters } = flags;
      finish(await replay(withConsent(context, flags), folder, { environment, workers, out, json, reporters }));
    });
  program
    .command('explain')
    .description(
      'of a trial that failed: with which event it was certain, and which of its faults it came of, proven by playing it without them',
    )
    .argument('<folder>', 'a run folder, e.g. runs/latest')
    .option('-w, --workers <name>', WORKERS_OF_STORED)
    .addOption(environmentOption())
    .addOption(consentOption())
    .option('--json', 'the same as one JSON document', false)
    .addHelpText('after', `\n${exitCodesHelp(EXPLANATION_CODES)}`)
    .action(async (folder, flags) => {
      const { explain } = await import('./commands/explain.ts');
      const { env: environment, workers, json } = flags;
      finish(await explain(withConsent(context, flags), folder, { environment, workers, json }));
    });
  program
    .command('judge')
    .description('judge the stored history of a run folder, or of `diagnose --save`, again; runs nothing')
    .argument('<folder>', 'a run folder, e.g. runs/latest')
    .option('--pacts <dir>', "folder of the pacts to judge by; default: the configuration's")
    .action(async (folder, { pacts }) => {
      const { judgeStored } = await import('./commands/judge.ts');
      finish(await judgeStored(context, folder, pacts));
    });
};

const addStub = (program: Program, context: CommandContext, finish: Finish): void => {
  program
    .command('stub')
    .description('serve the stub of a service alone, over a database with the tables of its pipeline')
    .addOption(new Option('--database-url <url>', 'postgres://user:password@host:port/database').env('DATABASE_URL'))
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', "port to listen on; default: the service's own", parsePort)
    .option('--service <name>', "which service; default: the pipeline's only one")
    .action(async (flags) => finish(await (await import('./commands/stub.ts')).stub(context, flags)));
};

const addEnvironment = (program: Program, context: CommandContext, finish: Finish): void => {
  program
    .command('up')
    .description('keep an environment running to poke at: prints addresses and shell exports')
    .addOption(environmentOption())
    .action(async (flags) => finish(await (await import('./commands/up.ts')).up(context, { environment: flags.env })));
  program
    .command('down')
    .description('end what `up` keeps running')
    .action(async () => finish(await (await import('./commands/down.ts')).down(context)));
  program
    .command('doctor')
    .description('say what is there, what is missing, and what to do')
    .action(async () => finish(await (await import('./commands/doctor.ts')).doctor(context)));
  program
    .command('setup', { hidden: true })
    .description('fetch and build what the environment needs')
    .action(async () => finish(await (await import('./commands/setup.ts')).setup(context)));
};

const buildProgram = (context: CommandContext, finish: Finish): Program => {
  const { io } = context;
  const program = new Program('faultline')
    .description('End-to-end contract and chaos tests of the purchase-to-trainer pipeline.')
    .version(faultlineVersion())
    .addHelpText('after', `\n${exitCodesHelp()}`)
    .showHelpAfterError('(faultline --help shows all commands and options)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    });
  addInit(program, context, finish);
  addRun(program, context, finish);
  program
    .command('list')
    .description('show the scenarios')
    .argument('[names...]', NAMES)
    .option('--pipeline <name>', PIPELINE)
    .option('--workers <set>', WORKERS)
    .addOption(tagOption())
    .action(async (names, { tag: tags, workers, pipeline }) =>
      finish(await (await import('./commands/list.ts')).list(context, { names, tags, workers, pipeline })),
    );
  addMerge(program, context, finish);
  addAccept(program, context, finish);
  addStored(program, context, finish);
  addReport(program, context, finish);
  addDiagnose(program, context, finish);
  addCapture(program, context, finish);
  addEnvironment(program, context, finish);
  addStub(program, context, finish);
  addContracts(program, context, finish);
  addExamples(program);
  return program;
};

/** Runs the command line given (without node and script) and returns its exit code. Never throws: errors are printed. */
export const runProgram = async (args: readonly string[], context: CommandContext): Promise<number> => {
  let code: number = EXIT_BUG;
  try {
    const program = buildProgram(context, (given) => {
      code = given;
    });
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    // commander has printed its own message; help and version end that way too, with 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    context.io.stderr.write(formatError(error, colourOn(context.io)));
    return exitCodeOfError(error);
  }
};
