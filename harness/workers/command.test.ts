import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import type { WorkerConfig } from '../config/types.ts';
import { byHandText } from './command.ts';

const config = {
  command: ['printf', '%s|', "it's", 'a b', '$HOME'],
  cwd: '/tmp',
  env: { GREETING: 'two words', API_TOKEN: 'abcdefgh' },
} as unknown as WorkerConfig;

it('what is run by hand is what a shell takes as the same words, with its variables and without its credentials', () => {
  const text = byHandText(config);
  expect(text).toBe(String.raw`cd /tmp && GREETING='two words' API_TOKEN='***' printf '%s|' 'it'\''s' 'a b' '$HOME'`);
  expect(execFileSync('sh', ['-c', text], { encoding: 'utf8' })).toBe("it's|a b|$HOME|");
  expect(byHandText({ ...config, image: 'team/worker' })).toMatch(
    /^docker run -e GREETING='two words' .* team\/worker /,
  );
});
