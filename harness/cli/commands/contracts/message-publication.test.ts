import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../base/package-root.ts';
import type { WorkerSet } from '../../../config/types.ts';
import { messageOf } from '../../../contract/messages.ts';
import { brokerFrom } from '../../../pact/broker/broker.ts';
import type { Broker } from '../../../pact/broker/broker.ts';
import { startStandIn } from '../../../pact/broker/testing/stand-in.ts';
import type { StandIn } from '../../../pact/broker/testing/stand-in.ts';
import { ensureVersion, storePact } from '../../../pact/broker/testing/store.ts';
import type { MessageResult } from '../../../pact/consumer/verify-messages.ts';
import {
  distinctMessages,
  failuresOf,
  messagePactsAt,
  publishMessageResults,
  refuseReference,
} from './message-publication.ts';

let standIn: StandIn;
let broker: Broker;

const SET = { name: 'ours', workers: [{ role: 'purchase-worker' }] } as unknown as WorkerSet;

interface Document {
  interactions: { description: string; contents: { content: Record<string, unknown> }; metadata: object }[];
}

const pact = (): Document & Record<string, unknown> =>
  JSON.parse(
    readFileSync(join(packageRoot, 'contracts/pacts/allocation-worker-purchase-worker.json'), 'utf8'),
  ) as Document & Record<string, unknown>;

const publish = (consumer: string, version: string): void => {
  ensureVersion(standIn.store, consumer, version);
  storePact(standIn.store, {
    consumer,
    consumerVersion: version,
    provider: 'purchase-worker',
    content: { ...pact(), consumer: { name: consumer } },
  });
};

/** What the worker wrote: the pact's own examples, one of them changed. */
const written = (change: (content: Record<string, unknown>) => void = () => undefined): readonly MessageResult[] =>
  pact().interactions.map(({ description, contents, metadata }, i) => {
    if (i === 0) change(contents.content);
    const { topic, key, ...rest } = metadata as Record<string, string>;
    const headers = Object.fromEntries(
      Object.entries(rest).map(([name, text]) => [name.slice('header.'.length), text]),
    );
    const actual = messageOf({ topic: String(topic), key: key ?? null, headers, json: contents.content });
    const about = { consumer: 'allocation-worker', provider: 'purchase-worker', description } as const;
    return { ...about, side: 'provider', passed: true, problems: [], notes: [], actual };
  });

beforeEach(async () => {
  standIn = await startStandIn();
  broker = brokerFrom({ url: standIn.url }, {});
  publish('allocation-worker', '1');
  publish('faultline-reference-allocation-worker', '1');
});

afterEach(() => standIn.close());

describe('publishing what workers write', () => {
  it('makes each message be written once, and tells the broker about every pact', async () => {
    const pacts = await messagePactsAt(broker, SET, 'main');
    expect(pacts).toHaveLength(2);
    expect(distinctMessages(pacts).flatMap(({ interactions }) => interactions)).toHaveLength(
      pact().interactions.length,
    );
    const lines = await publishMessageResults(broker, pacts, written(), { providerVersion: '9' });
    expect(lines).toEqual([
      'published as verified: allocation-worker 1 → purchase-worker',
      'published as verified: faultline-reference-allocation-worker 1 → purchase-worker',
    ]);
    expect(standIn.store.verifications.map(({ success }) => success)).toEqual([true, true]);
  });

  it('tells what was not honoured by field', async () => {
    const pacts = await messagePactsAt(broker, SET, undefined);
    const wrong = written((content) => delete content['purchaseId']);
    const lines = await publishMessageResults(broker, pacts, wrong, { providerVersion: '9' });
    expect(lines.join('\n')).toMatch(/published as failed: allocation-worker 1[^]*purchaseId/);
    expect(standIn.store.verifications.every(({ success }) => !success)).toBe(true);
  });

  it('takes a message that nobody wrote, or that has no rule here, for a failure', async () => {
    const [first] = await messagePactsAt(broker, SET, undefined);
    if (first === undefined) throw new Error('no pact');
    expect(failuresOf(first.pact, written().slice(1))).toEqual([
      expect.stringContaining('no worker was made to write it'),
    ]);
    expect(failuresOf({ ...first.pact, interactions: [] }, written())).toHaveLength(1);
  });

  it('never speaks for the team with reference workers', () => {
    expect(() => refuseReference({ ...SET, name: 'hardened' })).toThrow('are reference workers');
    expect(() => refuseReference(SET)).not.toThrow();
  });
});
