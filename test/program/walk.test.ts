/** The walk of docs/capture.md, typed by a shell as it stands there, and what its page shows of it. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { ownCache, projectWith, startProgram } from '../support/cli.ts';
import type { Ended, RunningCli } from '../support/cli.ts';
import { eventually } from '../support/processes.ts';

const PAGE = join(packageRoot, 'docs/capture.md');
const [BEGIN, END] = ['<!-- diagnosed: begin -->', '<!-- diagnosed: end -->'];
const SLOW = { timeout: 300_000 };

/** From the page: the file that is to be written, and the lines that are to be typed, in their order. */
const walk = (() => {
  const [, section = ''] = readFileSync(PAGE, 'utf8').split(/^## In five minutes.*$/m);
  const [own = ''] = section.split(/^## /m);
  const typed = own.replace(/^```[^]*?^```/gm, '');
  return {
    sql: /^```sql\n([^]*?)^```/m.exec(own)?.[1] ?? '',
    lines: [...typed.matchAll(/^ {4}(\S.*)$/gm)].map(([, line = '']) => line),
  };
})();

/** As npm and PostgreSQL install them. */
const bin = projectWith({
  npx: `#!/bin/sh\nshift\nexec node '${join(packageRoot, 'dist/harness/cli/main.js')}' "$@"\n`,
  psql: `#!/bin/sh\nexec node '${join(packageRoot, 'test/support/psql-child.mjs')}' "$@"\n`,
});
for (const name of ['npx', 'psql']) chmodSync(join(bin, name), 0o755);

/** What differs from run to run, as the page has it. */
const asOnThePage = (text: string): string =>
  text
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:9092')
    .replace(/^( *the database server: ).*$/m, "$10.001 s ahead of this machine's, give or take 0.002 s")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '2026-11-27T09:00:00.000Z')
    .trimEnd();

const pageWith = (shown: string): string => {
  const [before = '', rest = ''] = readFileSync(PAGE, 'utf8').split(BEGIN);
  const [, after = ''] = rest.split(END);
  return `${before}${BEGIN}\n\n\`\`\`\n${shown}\n\`\`\`\n\n${END}${after}`;
};

describe('the walk', () => {
  const cwd = projectWith({ 'incident.sql': walk.sql });
  const env: Record<string, string> = { PATH: `${bin}:${process.env['PATH']}`, FAULTLINE_HOME: ownCache() };
  const started: RunningCli[] = [];
  const start = (line: string): RunningCli => {
    const program = startProgram(['/bin/sh', '-ec', line], { cwd, env, timeoutMs: SLOW.timeout });
    started.push(program);
    return program;
  };
  const type = (line: string): Promise<Ended> => start(line).ended;

  afterAll(() => type('npx faultline down'));

  it('leads from the incident to a scenario that is green once it is repaired', SLOW, async () => {
    const [up = '', psql = '', diagnose = '', capture = '', down = '', run = '', ...more] = walk.lines;
    expect([up, down, more]).toEqual(['npx faultline up', 'npx faultline down', []]);

    const kept = start(up);
    expect(await eventually(() => kept.stdout().includes('Ctrl-C'), Boolean, 60_000), kept.stderr()).toBe(true);
    // As they are pasted.
    const exports = kept
      .stdout()
      .split('\n')
      .filter((line) => line.startsWith('export '));
    writeFileSync(join(cwd, 'exports.sh'), exports.join('\n'));
    const typed = (line: string): Promise<Ended> => type(`. ./exports.sh; ${line}`);

    const written = await typed(psql);
    expect(written.code, written.stderr).toBe(0);
    const diagnosed = await typed(diagnose);
    expect(diagnosed.code, diagnosed.stdout + diagnosed.stderr).toBe(1);
    await expect(pageWith(asOnThePage(diagnosed.stdout))).toMatchFileSnapshot(PAGE);
    const captured = await typed(capture);
    expect([captured.code, captured.stdout]).toEqual([
      0,
      expect.stringContaining('FL0103 event-not-emitted and FL0101 worker-not-running'),
    ]);
    expect((await typed(down)).code).toBe(0);
    const played = await typed(run);
    expect(played.code, played.stdout + played.stderr).toBe(0);
    expect(played.stdout).toContain('PASSED: 1 trial');
  });
});
