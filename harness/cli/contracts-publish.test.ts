/** contracts publish as a user runs it: pact-cli and HTTP are real, the broker is the stand-in. */
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMITTED, TEAM, TOKEN, expectOneError, filesBelow, gitIn, useBrokerBench } from './testing/broker-bench.ts';

const { now, reopen } = useBrokerBench();

describe('contracts publish', () => {
  it('publishes every pact as the commit, with branch, tags and build, and what the broker has is the pact', async () => {
    const { code, stdout, stderr } = await now().faultline([
      'publish',
      '--tag',
      'ci',
      '--tag',
      'main',
      '--build-url',
      'https://ci.example.org/7',
    ]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(now().published()).toEqual(TEAM);
    const commit = now().git('rev-parse', 'HEAD');
    const version = now().standIn.store.pacticipants.get('allocation-worker')?.get(commit);
    expect([...(version?.branches ?? [])]).toEqual(['trunk']);
    expect([...(version?.tags ?? [])]).toEqual(['ci', 'main']);
    expect(version?.buildUrl).toBe('https://ci.example.org/7');
    expect(stdout).toContain(`published  allocation-worker ${commit} → admin-service (branch trunk; tags ci, main;`);
  });

  it('publishes again without a change: said, and no error', async () => {
    await now().faultline(['publish']);
    const { code, stdout } = await now().faultline(['publish', '--tag', 'later']);
    expect(code).toBe(0);
    expect(stdout.match(/^ {2}unchanged /gm)).toHaveLength(TEAM.length);
    const commit = now().git('rev-parse', 'HEAD');
    expect(now().standIn.store.pacticipants.get('allocation-worker')?.get(commit)?.tags).toContain('later');
  });

  it('takes the version of the folder that the workers of the pact run in', async () => {
    const workers = join(now().temporary, 'workers');
    mkdirSync(workers);
    const there = (...args: readonly string[]): string => gitIn(workers, ...args);
    there('init', '-q', '-b', 'elsewhere');
    there('commit', '-q', '--allow-empty', '-m', 'workers');
    const worker = (role: string): string => `{ role: '${role}', command: ['true'], cwd: ${JSON.stringify(workers)} }`;
    writeFileSync(
      join(now().cwd, 'faultline.config.mjs'),
      `export default { workers: { ours: { workers: [${worker('purchase-worker')}, ${worker('allocation-worker')}] } } };`,
    );
    const { code, stdout } = await now().faultline(['publish', '--dry-run', '--consumer', 'allocation-worker']);
    expect(code).toBe(0);
    expect(stdout).toContain(`allocation-worker ${there('rev-parse', 'HEAD')} → admin-service (branch elsewhere;`);
  });

  it('never shows, stores or passes on the token where others can see it', async () => {
    let inArguments = 0;
    let looked = 0;
    now().standIn.trouble(({ method }) => {
      if (method === 'POST') {
        for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
          try {
            const command = readFileSync(`/proc/${id}/cmdline`, 'utf8');
            if (command.includes('standalone/pact')) looked += 1;
            if (command.includes(TOKEN)) inArguments += 1;
          } catch {
            // It has ended.
          }
        }
      }
      return undefined;
    });
    const good = await now().faultline(['publish']);
    expect(good.code).toBe(0);
    expect(now().standIn.requests.every(({ authorization }) => authorization === `Bearer ${TOKEN}`)).toBe(true);
    if (process.platform === 'linux') expect(looked).toBeGreaterThan(0);
    expect(inArguments).toBe(0);
    // A broker that repeats what it was sent.
    now().standIn.trouble(({ method, authorization }) =>
      method === 'POST'
        ? {
            status: 400,
            type: 'application/json',
            text: JSON.stringify({ errors: { a: [`you sent ${authorization?.slice('Bearer '.length)}`] } }),
          }
        : undefined,
    );
    const bad = await now().faultline(['publish', '--consumer-version', '2']);
    expect(bad.code).toBe(4);
    for (const text of [good.stdout, good.stderr, bad.stdout, bad.stderr]) expect(text).not.toContain(TOKEN);
    for (const file of [...filesBelow(now().cwd), ...filesBelow(now().temporary)])
      expect(readFileSync(file, 'utf8')).not.toContain(TOKEN);
    expect(readdirSync(now().temporary)).toEqual([]);
  });

  it.each([
    ['options', ['--broker-username', 'ana', '--broker-password', 'pa:ss word'], {}],
    ['the environment', [], { PACT_BROKER_USERNAME: 'ana', PACT_BROKER_PASSWORD: 'pa:ss word' }],
    ['the address', [], { userinfo: 'ana:pa%3Ass%20word@' }],
  ])('takes user name and password from %s', async (_where, args, env: Readonly<Record<string, string>>) => {
    const expected = `Basic ${Buffer.from('ana:pa:ss word').toString('base64')}`;
    await reopen(expected);
    const { userinfo, ...rest } = env;
    const address = userinfo === undefined ? now().standIn.url : now().standIn.url.replace('://', `://${userinfo}`);
    const { code, stdout, stderr } = await now().faultline(['publish', '--consumer', 'purchase-worker', ...args], {
      // Options stand before the environment, and are never mixed with it.
      ...(args.length > 0 ? {} : { PACT_BROKER_TOKEN: '' }),
      PACT_BROKER_BASE_URL: address,
      ...rest,
    });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(now().standIn.requests.some(({ method }) => method === 'POST')).toBe(true);
    expect(now().standIn.requests.every(({ authorization }) => authorization === expected)).toBe(true);
    expect(stdout).not.toContain('word');
  });

  it('shows with --dry-run what would go where, and contacts nobody', async () => {
    const { code, stdout } = await now().faultline(['publish', '--dry-run', '--tag', 'ci'], {
      PACT_BROKER_BASE_URL: now().standIn.url.replace('://', '://ana:hunter2-hunter2@'),
    });
    expect(code).toBe(0);
    expect(stdout).toContain(`would publish to ${now().standIn.url}; nobody was contacted`);
    for (const pair of TEAM) expect(stdout).toContain(pair.replace(' →', ` ${now().git('rev-parse', 'HEAD')} →`));
    expect(stdout).toContain('branch trunk; tags ci');
    expect(stdout).not.toContain('hunter2');
    expect(now().standIn.requests).toEqual([]);
    expect((await now().faultline(['publish', '--dry-run'], { PACT_BROKER_BASE_URL: '' })).stdout).toContain(
      'no broker yet',
    );
  });

  it('publishes pacts of the reference workers under their own name, never under the team’s', async () => {
    // All of them, as they are committed.
    cpSync(COMMITTED, join(now().cwd, 'contracts/pacts'), { recursive: true });
    const refused = await now().faultline(['publish', '--consumer', 'allocation-worker', '--consumer-version', '1']);
    expect(refused.code).toBe(2);
    expectOneError(refused.stderr);
    expect(refused.stderr).toContain(
      'made by the reference workers (hardened): it is never published as allocation-worker',
    );
    expect(now().standIn.requests).toEqual([]);

    const { code } = await now().faultline(['publish', '--consumer-version', '1', '--branch', 'main']);
    expect(code).toBe(0);
    expect(now().published()).toHaveLength(readdirSync(COMMITTED).length);
    expect(now().published()).toEqual(expect.arrayContaining(TEAM.map((pair) => `faultline-reference-${pair}`)));
    expect(
      now().standIn.store.pacts.every(
        ({ content, consumer }) => (content['consumer'] as { name: string }).name === consumer,
      ),
    ).toBe(true);
    expect(now().standIn.store.pacticipants.get('allocation-worker')?.size).toBe(0);
  });

  it.each([
    ['a name that no pact has', ['--consumer', 'alocation-worker'], 'did you mean allocation-worker'],
    ['an empty folder', ['--pacts', 'nowhere'], 'there are no pacts in'],
    ['a tag that is two', ['--tag', 'a,b'], '--tag a,b is not allowed'],
    ['a token and a user name', ['--broker-token', 'x', '--broker-username', 'y'], 'both a token and a user name'],
    ['a user name alone', ['--broker-username', 'y'], 'without its password'],
    ['an address that is none', ['--broker-base-url', 'broker:80/x'], 'is no address of a broker'],
  ])('%s is a usage error, and nobody is contacted', async (_what, args, message) => {
    const { code, stderr } = await now().faultline(['publish', ...args]);
    expect(stderr).toContain(message);
    expectOneError(stderr);
    expect(code).toBe(2);
    expect(now().standIn.requests).toEqual([]);
  });

  it('says so when no address is given, when there is no commit, and when the worktree is not it', async () => {
    expect((await now().faultline(['publish'], { PACT_BROKER_BASE_URL: '' })).stderr).toContain(
      'no address of a Pact broker',
    );
    now().editPact('purchase-worker-payment-service.json', ({ interactions }) => interactions.reverse());
    const dirty = await now().faultline(['publish']);
    expect(dirty).toMatchObject({ code: 2, stderr: expect.stringContaining('changes that are not in its commit') });
    expect((await now().faultline(['publish', '--allow-dirty'])).code).toBe(0);
    rmSync(join(now().cwd, '.git'), { recursive: true });
    const none = await now().faultline(['publish'], { GIT_CEILING_DIRECTORIES: tmpdir() });
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no git commit') });
  });

  it.each([
    ['no JSON', 'x', 'is no pact'],
    ['no names', '{}', 'names no consumer'],
    ['no interactions', '{"consumer":{"name":"a"},"provider":{"name":"b"},"interactions":[]}', 'has no interactions'],
    [
      'no word of who made it',
      '{"consumer":{"name":"a"},"provider":{"name":"b"},"interactions":[{}]}',
      'does not say which workers made it',
    ],
  ])('refuses a pact file with %s', async (_what, text, message) => {
    writeFileSync(join(now().cwd, 'contracts/pacts/zz.json'), text);
    const { code, stderr } = await now().faultline(['publish', '--consumer-version', '1']);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(now().standIn.requests).toEqual([]);
  });
});
