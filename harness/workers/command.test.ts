import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import type { WorkerConfig } from '../config/types.ts';
import { byHandText } from './command.ts';

const config = {
  command: ['printf', '%s|', "it's", 'a b', '$HOME'],
  cwd: '/tmp',
  env: { GREETING: 'two words', API_TOKEN: 'abcdefgh', LEDGER_DSN: 'host=db password=hunter22' },
} as unknown as WorkerConfig;

it('what is run by hand is what a shell takes as the same words, with its variables by name and none of their values', () => {
  const text = byHandText(config);
  expect(text).toBe(String.raw`cd /tmp && GREETING=… API_TOKEN=… LEDGER_DSN=… printf '%s|' 'it'\''s' 'a b' '$HOME'`);
  expect(execFileSync('sh', ['-c', text], { encoding: 'utf8' })).toBe("it's|a b|$HOME|");
  expect(byHandText({ ...config, image: 'team/worker' })).toMatch(
    /^docker run -e GREETING=… -e API_TOKEN=… -e LEDGER_DSN=… team\/worker /,
  );
});
