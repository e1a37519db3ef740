/** The command line as its own help tells it. */
import { runHere } from '../../harness/cli/testing/run-here.ts';
import { packageRoot } from '../../harness/base/package-root.ts';

export interface CommandHelp {
  /** `contracts publish`; empty: the program itself. */
  readonly path: string;
  readonly text: string;
  /** `--seed`, … */
  readonly options: readonly string[];
  readonly subcommands: readonly string[];
}

const helpOf = async (path: readonly string[]): Promise<CommandHelp> => {
  const { stdout } = await runHere([...path, '--help'], { cwd: packageRoot, env: {} });
  const [, commands = ''] = /\nCommands:\n([^]*?)(?:\n\n|$)/.exec(stdout) ?? [];
  return {
    path: path.join(' '),
    text: stdout.trimEnd(),
    options: [...stdout.matchAll(/^ {2}(?:-\w, )?(?<option>--[\w-]+)/gm)].flatMap(
      ({ groups }) => groups?.['option'] ?? [],
    ),
    subcommands: [...commands.matchAll(/^ {2}(?<name>[\w-]+)/gm)]
      .flatMap(({ groups }) => groups?.['name'] ?? [])
      .filter((name) => name !== 'help'),
  };
};

/** Every command's, the program's first. */
export const everyHelp = async (path: readonly string[] = []): Promise<readonly CommandHelp[]> => {
  const help = await helpOf(path);
  const below: CommandHelp[] = [];
  for (const name of help.subcommands) below.push(...(await everyHelp([...path, name])));
  return [help, ...below];
};

/** docs/options.md. */
export const optionsPage = (helps: readonly CommandHelp[]): string =>
  [
    '# All options',
    'Each command’s `--help`, as it prints it. What they are for: [commands](commands.md).',
    ...helps.flatMap(({ path, text }) => [
      `## \`faultline${path === '' ? '' : ` ${path}`}\``,
      `\`\`\`text\n${text}\n\`\`\``,
    ]),
  ].join('\n\n') + '\n';
