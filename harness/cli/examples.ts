/** What people write, command by command: shown below each command's options. */
import type { Command } from 'commander';

const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  run: [
    'faultline run',
    'faultline run worker-down --workers incident --seed 7',
    'faultline run --tag smoke --reporter github --summary "$GITHUB_STEP_SUMMARY"',
    "faultline run 'api-*' --repeat 5 --bail",
  ],
  list: ['faultline list', 'faultline list --tag smoke'],
  merge: ['faultline merge shard-1 shard-2 --json merged.json'],
  accept: ['faultline accept --all --owner payments --reason "being repaired" --until 2026-12-31'],
  replay: ['faultline replay runs/latest', 'faultline replay runs/latest --out replayed --json replayed.json'],
  judge: ['faultline judge runs/latest'],
  report: ['faultline report runs --out report.html'],
  up: ['faultline up', 'faultline up --env docker'],
  down: ['faultline down'],
  doctor: ['faultline doctor'],
  stub: ['faultline stub --port 8080   # with DATABASE_URL set'],
};

/** Adds them to the program's commands. */
export const addExamples = (program: Command): void => {
  for (const command of program.commands) {
    const examples = EXAMPLES[command.name()];
    if (examples !== undefined)
      command.addHelpText('after', ['', 'Examples:', ...examples.map((line) => `  ${line}`)].join('\n'));
  }
};
