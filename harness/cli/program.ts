/** The command line: which commands and options there are. What they do is in commands/. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command as Program, CommanderError, Option } from 'commander';
import { EXIT } from '../base/errors.ts';
import { packageRoot } from '../base/package-root.ts';
import { DEFAULT_REPORTER, REPORTER_IDS } from '../reporters/catalogue.ts';
import type { Shard } from '../runner/shard.ts';
import type { CommandContext } from './context.ts';
import { EXIT_BUG, exitCodeOfError, exitCodesHelp } from './exit-codes.ts';
import { formatError } from './print-error.ts';
import { DEFAULT_OUT, parseRepeat, parseReporter, parseSeed, parseShard } from './values.ts';
import type { ReporterChoice } from './values.ts';
import { colourOn } from './context.ts';

const collect = <T>(value: T, before: readonly T[]): readonly T[] => [...before, value];

interface RunFlags {
  readonly workers?: string;
  readonly tag: readonly string[];
  readonly seed?: number;
  readonly repeat: number;
  readonly bail: boolean;
  readonly fresh: boolean;
  readonly shard?: Shard;
  readonly reporter: readonly ReporterChoice[];
  readonly out: string;
  readonly json?: string;
}

type Finish = (code: number) => void;

const NAMES = 'names of scenarios, or globs with * and ?; all when left out';

const addRun = (program: Program, context: CommandContext, finish: Finish): void => {
  program
    .command('run')
    .description('run scenarios against workers')
    .argument('[names...]', NAMES)
    .option('--workers <set>', "a set of workers by name, or another project's faultline.config.ts (path, or path#set)")
    .addOption(tagOption())
    .option('--seed <n>', 'every id, name, date and choice comes from it (default: a random one, printed)', parseSeed)
    .option('--repeat <n>', 'run every scenario so often, each time with another seed', parseRepeat, 1)
    .option('--bail', 'stop after the first trial that did not pass', false)
    .option('--fresh', 'renew topics, database and workers for every trial', false)
    .option('--shard <i/n>', 'only the i-th of n parts, balanced by recorded durations', parseShard)
    .addOption(
      new Option(
        '--reporter <name>',
        `${REPORTER_IDS.join(', ')}; several times for several (default: ${DEFAULT_REPORTER})`,
      )
        .argParser((value: string, before: readonly ReporterChoice[]) => collect(parseReporter(value), before))
        .default([], DEFAULT_REPORTER),
    )
    .option('--out <dir>', "folder for the runs' folders", DEFAULT_OUT)
    .option('--json <file>', 'write one JSON document about the run')
    .addHelpText('after', `\n${exitCodesHelp()}`)
    .action(async (names: readonly string[], flags: RunFlags) => {
      const { run } = await import('./commands/run.ts');
      finish(
        await run(context, {
          names,
          workers: flags.workers,
          tags: flags.tag,
          seed: flags.seed,
          repeat: flags.repeat,
          bail: flags.bail,
          fresh: flags.fresh,
          shard: flags.shard,
          reporters: flags.reporter,
          out: flags.out,
          json: flags.json,
        }),
      );
    });
};

const tagOption = (): Option =>
  new Option('--tag <tag>', 'only scenarios with this tag; several times for any of several')
    .argParser((value: string, before: readonly string[]) => collect(value, before))
    .default([], 'all');

const addStored = (program: Program, context: CommandContext, finish: Finish): void => {
  program
    .command('replay')
    .description(
      'run the scenario of a run folder again with its seed and workers; says whether the verdict is the same',
    )
    .argument('<folder>', 'a run folder, e.g. runs/latest')
    .action(async (folder: string) => finish(await (await import('./commands/replay.ts')).replay(context, folder)));
  program
    .command('judge')
    .description('judge the stored history of a run folder again; runs nothing')
    .argument('<folder>', 'a run folder, e.g. runs/latest')
    .action(async (folder: string) => finish(await (await import('./commands/judge.ts')).judgeStored(context, folder)));
};

const addEnvironment = (program: Program, context: CommandContext, finish: Finish): void => {
  program
    .command('up')
    .description('keep an environment running to poke at: prints addresses and shell exports')
    .action(async () => finish(await (await import('./commands/up.ts')).up(context)));
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

const versionOf = (): string =>
  (JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { readonly version: string }).version;

const buildProgram = (context: CommandContext, finish: Finish): Program => {
  const { io } = context;
  const program = new Program('faultline')
    .description('End-to-end contract and chaos tests of the purchase-to-trainer pipeline.')
    .version(versionOf())
    .addHelpText('after', `\n${exitCodesHelp()}`)
    .showHelpAfterError('(faultline --help shows all commands and options)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    });
  addRun(program, context, finish);
  program
    .command('list')
    .description('show the scenarios')
    .argument('[names...]', NAMES)
    .addOption(tagOption())
    .action(async (names: readonly string[], flags: { readonly tag: readonly string[] }) =>
      finish(await (await import('./commands/list.ts')).list(context, { names, tags: flags.tag })),
    );
  addStored(program, context, finish);
  addEnvironment(program, context, finish);
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
