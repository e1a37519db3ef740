import { describe, expect, it } from 'vitest';
import { isFlexible } from './apis.ts';
import type { ApiName } from './apis.ts';
import { Reader, Writer } from './codec.ts';
import { createGroupMembers } from './group-members.ts';

const versions = (last: number): number[] => [...Array(last + 1).keys()];

const request = (
  members: ReturnType<typeof createGroupMembers>,
  api: ApiName,
  version: number,
  writer: Writer,
  connection?: number,
) => members.request(api, version, isFlexible(api, version), new Reader(writer.finish()), connection);

const heartbeat = (group: string, member: string, flexible: boolean): Writer =>
  new Writer().string(group, flexible).int32(3).string(member, flexible);

describe('group members', () => {
  it('are connected until they say goodbye or their connection is closed', () => {
    const members = createGroupMembers();
    expect(members.isConnected()).toBe(false);
    request(members, 'Heartbeat', 4, heartbeat('g', 'one', true), 1);
    request(members, 'Heartbeat', 4, heartbeat('h', 'two', true), 2);
    request(members, 'LeaveGroup', 0, new Writer().string('g', false).string('one', false), 1);
    expect(members.isConnected()).toBe(true);
    members.closed(2);
    expect(members.isConnected()).toBe(false);
  });

  it('are superseded when their connection has been closed for a while and another is heard of', () => {
    let now = 0;
    const members = createGroupMembers(() => now);
    const beat = (member: string, connection: number) =>
      request(members, 'Heartbeat', 4, heartbeat('g', member, true), connection);
    beat('old', 1);
    members.closed(1);
    now = 5000;
    // Nobody else is there: it may come back.
    expect(members.superseded()).toEqual(new Map());
    beat('new', 2);
    expect(members.superseded()).toEqual(new Map([['g', ['old']]]));
    // One that speaks again lives.
    beat('old', 3);
    beat('new', 2);
    members.closed(3);
    expect(members.superseded()).toEqual(new Map());
    now = 5999;
    expect(members.superseded()).toEqual(new Map());
    now = 6000;
    expect(members.superseded()).toEqual(new Map([['g', ['old']]]));
    // The new one is gone as well: who lives is not known.
    members.closed(2);
    expect(members.superseded()).toEqual(new Map());
    members.forget();
    expect(members.superseded()).toEqual(new Map());
  });

  it('that both speak are both alive: a process may have two consumers', () => {
    const members = createGroupMembers(() => 10_000);
    request(members, 'Heartbeat', 4, heartbeat('g', 'a', true), 1);
    request(members, 'Heartbeat', 4, heartbeat('g', 'b', true), 2);
    expect(members.superseded()).toEqual(new Map());
  });

  it.each([
    ...versions(4).map((version) => ['Heartbeat', version] as const),
    ...versions(5).map((version) => ['SyncGroup', version] as const),
    ...versions(10).map((version) => ['OffsetCommit', version] as const),
  ])('are seen in %s v%i', (api, version) => {
    // OffsetCommit v0 had no member.
    if (api === 'OffsetCommit' && version === 0) return;
    const members = createGroupMembers();
    request(members, api, version, heartbeat('g', 'm', isFlexible(api, version)));
    expect(members.all()).toEqual(new Map([['g', ['m']]]));
  });

  // Field by field after JoinGroupResponse.json of Kafka 4.2.
  it.each(versions(9))('are seen in the answer to JoinGroup v%i', (version) => {
    const flexible = version >= 6;
    const members = createGroupMembers();
    const group = request(members, 'JoinGroup', version, new Writer().string('g', flexible).int32(30_000));
    expect(group).toBe('g');
    const answer = new Writer();
    if (version >= 2) answer.int32(0);
    answer.int16(0).int32(1);
    if (version >= 7) answer.string('consumer', flexible);
    answer.string(version >= 7 ? null : 'RoundRobin', flexible).string('leader', flexible);
    if (version >= 9) answer.boolean(false);
    answer.string('m', flexible);
    members.response('JoinGroup', version, flexible, 'g', new Reader(answer.finish()));
    expect(members.all()).toEqual(new Map([['g', ['m']]]));
  });

  it.each(versions(5))('are gone after LeaveGroup v%i', (version) => {
    const flexible = version >= 4;
    const members = createGroupMembers();
    for (const member of ['stays', 'leaves']) request(members, 'Heartbeat', 4, heartbeat('g', member, true));
    const leave = new Writer().string('g', flexible);
    if (version < 3) leave.string('leaves', flexible);
    else
      leave.array(['leaves'], flexible, (member) => {
        leave.string(member, flexible).string(null, flexible);
        if (version >= 5) leave.string('done', flexible);
        if (flexible) leave.tags();
      });
    request(members, 'LeaveGroup', version, leave);
    expect(members.all()).toEqual(new Map([['g', ['stays']]]));
  });

  it('of the newer protocol name themselves, or are named by the answer, and say goodbye with epoch -1', () => {
    const members = createGroupMembers();
    const beat = (member: string, epoch: number): Writer =>
      new Writer().string('g', true).string(member, true).int32(epoch);
    expect(request(members, 'ConsumerGroupHeartbeat', 1, beat('own', 0))).toBeUndefined();
    expect(request(members, 'ConsumerGroupHeartbeat', 0, beat('', 0))).toBe('g');
    const answer = new Writer().int32(0).int16(0).string(null, true).string('given', true);
    members.response('ConsumerGroupHeartbeat', 0, true, 'g', new Reader(answer.finish()));
    expect(members.all()).toEqual(new Map([['g', ['own', 'given']]]));
    request(members, 'ConsumerGroupHeartbeat', 1, beat('own', -1));
    expect(members.all()).toEqual(new Map([['g', ['given']]]));
  });

  it('without an id are none, the latest is the last, and only so many are kept', () => {
    const members = createGroupMembers();
    request(members, 'Heartbeat', 0, heartbeat('g', '', false));
    expect(members.all().size).toBe(0);
    for (let i = 0; i < 40; i++) request(members, 'Heartbeat', 0, heartbeat('g', `m${i}`, false));
    request(members, 'Heartbeat', 0, heartbeat('g', 'm30', false));
    expect(members.all().get('g')).toHaveLength(16);
    expect(members.all().get('g')?.at(-1)).toBe('m30');
    members.forget();
    expect(members.all().size).toBe(0);
  });
});
