import { describe, expect, it } from 'vitest';
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
});
