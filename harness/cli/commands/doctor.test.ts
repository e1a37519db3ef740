import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Io } from '../io.ts';
import { lookAtProject } from '../project-report.ts';
import type { ProjectReport } from '../project-report.ts';
import { doctorText } from './doctor.ts';

const report = {
  healthy: false,
  tools: [
    { name: 'node', state: 'there', detail: 'v20' },
    { name: 'java', state: 'missing', detail: 'not on the PATH', remedy: 'install a Java 17 runtime' },
    { name: 'go', state: 'optional', detail: 'not needed', remedy: 'not shown' },
  ],
  parts: [{ name: 'Kafka 4.2.0: jars', state: 'not-set-up', detail: 'no such folder', remedy: 'not shown' }],
  memory: { free: 2e9, total: 8e9 },
  places: [{ folder: '/dev/shm', free: 1e6, enough: false }],
  leftovers: ['/dev/shm/faultline-1'],
  cacheDir: '/p/.faultline',
} as const;

describe('doctorText', () => {
  it('says when only an engine for containers is there', () => {
    const docker = [{ name: 'Docker engine', state: 'there', detail: '28.0' }] as const;
    const text = doctorText({ ...report, docker }, { colour: false, width: 120 });
    expect(text).toMatch(/✓ Docker engine +28.0/);
    expect(text).toContain('can be started here with --env docker');
    const without = [{ name: 'Docker engine', state: 'optional', detail: 'none' }] as const;
    expect(doctorText({ ...report, docker: without }, { colour: false, width: 120 })).toContain(
      'cannot be started here:',
    );
  });

  it('says what is there, what is missing and what to do, and what will be set up by itself', () => {
    const text = doctorText(report, { colour: false, width: 120 });
    expect(text).toMatch(/✓ node +v20/);
    expect(text).toMatch(/✗ java +not on the PATH\n +→ install a Java 17 runtime/);
    expect(text).toMatch(/· Kafka 4.2.0: jars +not yet; the next run makes it/);
    expect(text).not.toContain('not shown');
    expect(text).toContain('memory: 2.0 GB free of 8.0 GB');
    expect(text).toContain('/dev/shm: 0.0 GB free, which is not enough');
    expect(text).toContain('an environment cannot be started here');
    expect(doctorText({ ...report, healthy: true }, { colour: false, width: 120 })).toContain('can be started here');
  });

  it('says what of the project is not there', () => {
    const item = { name: 'workers mine', state: 'missing', detail: 'not found: x', remedy: 'build it' } as const;
    const project = { config: undefined, title: 'Project, by y', items: [item] };
    const text = doctorText({ ...report, healthy: true }, { colour: false, width: 120 }, project);
    expect(text).toMatch(/Project, by y\n {2}✗ workers mine +not found: x\n +→ build it/);
    expect(text).toContain('can be started here\nwhat the project names is not all there');
  });
});

describe('lookAtProject', () => {
  const io = (cwd: string): Io => ({
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    env: { PATH: process.env['PATH'] },
    cwd,
  });
  const inFolder = async (config: string | undefined): Promise<ProjectReport> => {
    const cwd = mkdtempSync(join(tmpdir(), 'faultline-doctor-'));
    try {
      if (config !== undefined) writeFileSync(join(cwd, 'faultline.config.mjs'), `export default ${config};`);
      return await lookAtProject(io(cwd));
    } finally {
      rmSync(cwd, { recursive: true, force: true });
    }
  };
  const states = ({ items }: ProjectReport) => Object.fromEntries(items.map(({ name, state }) => [name, state]));

  it('without a configuration it is what Faultline brings', async () => {
    const project = await inFolder(undefined);
    expect(project.title).toContain('No faultline.config.ts');
    expect(states(project)).toEqual({
      'workers incident': 'there',
      'workers report-fix': 'there',
      'workers hardened (default)': 'there',
      schema: 'there',
      scenarios: 'there',
    });
  });

  it('each worker set and the migrations are tried for what they would start', async () => {
    const project = await inFolder(
      `{ workers: { mine: { workers: [{ role: 'allocation-worker', command: ['nonesuch'] }] } }, database: { schema: { command: ['neither'] } } }`,
    );
    expect(states(project)).toMatchObject({
      'workers mine (default)': 'missing',
      schema: 'missing',
      scenarios: 'there',
    });
  });

  it('a configuration that cannot be used is said, and the machine is looked at all the same', async () => {
    const project = await inFolder('5');
    expect(project.config).toBeUndefined();
    expect(project.items).toMatchObject([{ name: 'configuration', state: 'missing' }]);
  });
});
