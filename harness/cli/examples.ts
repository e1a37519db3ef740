/** What people write, command by command: shown below each command's options. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';

/** By the command's words; the program itself has none. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  '': [
    'faultline init',
    'faultline run',
    'faultline run worker-down --workers incident --seed 7',
    'faultline replay runs/latest',
  ],
  init: ['faultline init', 'faultline init chaos --pipeline own', 'faultline init --ci gitlab'],
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
  explain: ['faultline explain runs/latest', 'faultline explain runs/latest --json'],
  judge: ['faultline judge runs/latest'],
  report: ['faultline report runs --out report.html'],
  diagnose: [
    'faultline diagnose --payment 1fa90c93-ea40-4ba9-a7bf-4ed47e735b91   # with KAFKA_BROKERS and DATABASE_URL set',
  ],
  capture: [
    'faultline capture --payment 1fa90c93-ea40-4ba9-a7bf-4ed47e735b91   # with KAFKA_BROKERS and DATABASE_URL set',
    'faultline capture --from incident --out scenarios/incident.ts',
  ],
  setup: ['faultline setup'],
  up: ['faultline up', 'faultline up --env docker'],
  down: ['faultline down'],
  doctor: ['faultline doctor'],
  stub: ['faultline stub --port 8080   # with DATABASE_URL set'],
  diff: ['faultline diff runs/latest ../main/runs/latest'],
  comment: ['faultline comment results.json --against base.json'],
  'contracts generate': ['faultline contracts generate', 'faultline contracts generate --workers hardened --out pacts'],
  'contracts verify': [
    'faultline contracts verify',
    'faultline contracts verify --provider-url http://127.0.0.1:3010 --state-url http://127.0.0.1:3010/states',
    'faultline contracts verify --messages --publish',
  ],
  'contracts publish': [
    'faultline contracts publish --dry-run',
    'faultline contracts publish --branch main --tag main',
  ],
  'contracts can-i-deploy': ['faultline contracts can-i-deploy --to-environment production'],
  'contracts record-deployment': ['faultline contracts record-deployment --environment production'],
};

/** Adds them to the program, to its commands, and to theirs. */
export const addExamples = (command: CommandUnknownOpts, name = ''): void => {
  const examples = EXAMPLES[name];
  if (examples !== undefined)
    command.addHelpText('after', ['', 'Examples:', ...examples.map((line) => `  ${line}`)].join('\n'));
  for (const each of command.commands) addExamples(each, `${name} ${each.name()}`.trim());
};
