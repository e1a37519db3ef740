import { describe, expect, it } from 'vitest';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { serviceLogs, serviceLogsSchemaOf, withCalls } from './live-logs.ts';

const pipeline = pipelineOf(shippedPipeline);
const here = { pipeline, cwd: '/here' };

describe('live.services', () => {
  const problem = (given: unknown): string | undefined =>
    serviceLogsSchemaOf(pipeline).safeParse({ 'admin-service': given }).error?.issues[0]?.message;

  it('says in one place where the log is, and how it is read', () => {
    for (const right of [
      { file: 'a.log' },
      { command: ['ssh', 'admin.example', 'cat', 'a.log'], format: 'json', fields: { student: 'ctx.student' } },
      { container: 'admin', besides: '^>' },
      { kubernetes: { selector: 'app=admin', namespace: 'prod' }, pattern: '(?<path>/\\S+)' },
    ])
      expect(problem(right)).toBeUndefined();
    expect(problem({})).toContain('one of file, command, container, kubernetes');
    expect(problem({ file: 'a', container: 'b' })).toContain('one of file');
    expect(problem({ file: 'a', pattern: '(' })).toContain('regular expression');
    expect(problem({ file: 'a', pattern: 'x' })).toContain('(?<path>');
    expect(problem({ file: 'a', pattern: '(?<path>x)', format: 'json' })).toContain('not both');
    // No tool takes it for an option.
    expect(problem({ container: '--help' })).toContain('dash');
    expect(serviceLogsSchemaOf(pipeline).safeParse({ another: { file: 'a' } }).error?.issues).toHaveLength(1);
  });

  it('has its files beside the configuration', () =>
    expect(serviceLogs({ 'admin-service': { file: 'a.log' } }, '/project')).toEqual({
      'admin-service': { place: { file: '/project/a.log' }, format: 'any', fields: {}, besides: undefined },
    }));
});

describe('--calls', () => {
  it('names a file, a container or pods, over what is configured, which keeps how lines are read', () => {
    const configured = { 'admin-service': { container: 'x', format: 'json', besides: '^>' } } as const;
    expect(withCalls(configured, [], here)).toEqual(configured);
    const placed = (given: string) => withCalls(configured, [`admin-service=${given}`], here)['admin-service'];
    expect(placed('logs/a=b.log')).toMatchObject({ file: '/here/logs/a=b.log', format: 'json', besides: '^>' });
    expect(placed('docker:admin')).toMatchObject({ container: 'admin', format: 'json' });
    expect(placed('kubectl:app=admin')).toMatchObject({ kubernetes: { selector: 'app=admin' } });
    expect(placed('kubectl:prod/app.kubernetes.io/name=admin')).toMatchObject({
      kubernetes: { namespace: 'prod', selector: 'app.kubernetes.io/name=admin' },
    });
  });

  it('refuses what names no service or no log', () => {
    expect(() => withCalls(undefined, ['a.log'], here)).toThrow('says not where');
    expect(() => withCalls(undefined, ['admin-servic=a.log'], here)).toThrow('there is no service admin-servic');
    expect(() => withCalls(undefined, ['admin-service=docker:-f'], here)).toThrow('names no log');
  });
});
