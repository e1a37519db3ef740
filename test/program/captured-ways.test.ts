/** Ways to bring a cause about that the system of test/campaigns/capture.test.ts does not come to: what is made of such histories is played. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sourceOf } from '../../harness/diagnose/capture/source.ts';
import { CASES } from '../../harness/diagnose/capture/testing/cases.ts';
import { captured } from '../../harness/diagnose/capture/testing/captured.ts';
import { faultline, ownCache, projectWith } from '../support/cli.ts';

const TOPIC_AND_WORKERS = 'topic-missing worker-not-running';

/** What the hardened workers' runs name. */
const PLAYED: Readonly<Record<string, string>> = {
  'FL0102: nobody is there who would come after its readers': TOPIC_AND_WORKERS,
  'FL0102: nobody is there at all': TOPIC_AND_WORKERS,
  'FL0104: marked by the worker itself': 'api-failing',
  'FL0104: marked by the worker itself after an error': 'api-failing',
  'FL0105: it is stopped': 'event-not-consumed',
  'FL0107: given up by who called': 'api-failing',
};

it('each is brought about, and is over when it is healed', { timeout: 400_000 }, async () => {
  const files = CASES.filter(([name]) => Object.hasOwn(PLAYED, name)).map(([title, snapshot, cause], i) => {
    const scenario = { ...captured(snapshot, cause).scenario, name: `played-${i}`, title };
    return [`played-${i}.ts`, `export const played = ${sourceOf(scenario)};\n`] as const;
  });
  const cwd = projectWith(Object.fromEntries(files));
  const { code, stdout, stderr } = await faultline(
    ['run', ...files.map(([file]) => `./${file}`), '--workers', 'hardened', '--seed', '7', '--json', 'results.json'],
    { cwd, env: { FAULTLINE_HOME: ownCache() }, timeoutMs: 400_000 },
  );
  expect(code, stdout + stderr).toBe(0);
  const { scenarios } = JSON.parse(readFileSync(join(cwd, 'results.json'), 'utf8')) as {
    readonly scenarios: readonly {
      readonly name: string;
      readonly during: { causes: readonly { readonly id: string }[] };
    }[];
  };
  const titles = CASES.map(([title]) => title).filter((title) => Object.hasOwn(PLAYED, title));
  const found = titles.map((title, i) => [
    title,
    scenarios
      .find(({ name }) => name === `played-${i}`)
      ?.during.causes.map(({ id }) => id)
      .join(' '),
  ]);
  expect(Object.fromEntries(found)).toEqual(PLAYED);
});
