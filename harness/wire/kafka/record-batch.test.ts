import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JAVA_BATCHES, JAVA_MARKERS } from './fixtures.ts';
import { encodeBatch } from './record-batch-writer.ts';
import { decodeBatches, findAborted } from './record-batch.ts';
import { runs } from '../../base/testing/runs.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
const batch = (name: string): Buffer => bytes(JAVA_BATCHES[name] ?? '');
const value = (n: number): string => `{"n":${n},"t":"${'purchase-'.repeat(8)}é"}`;

describe('decoding record batches', () => {
  it.each(Object.keys(JAVA_BATCHES))('reads what the Java client wrote with compression %s', (name) => {
    const [read, ...others] = decodeBatches(batch(name));
    expect(others).toEqual([]);
    expect(read).toMatchObject({ baseOffset: 40, lastOffset: 42, producerId: 77, transactional: true });
    expect(read?.unreadable).toBeUndefined();
    expect(read?.records.map((one) => [one.offset, one.timestamp, one.key?.toString(), one.value?.toString()])).toEqual(
      [
        [40, 1_700_000_000_000, 'key-0', value(0)],
        [41, 1_700_000_000_005, undefined, value(1)],
        [42, 1_700_000_000_010, 'key-2', undefined],
      ],
    );
    expect(read?.records.map((one) => one.headers)).toEqual([{ eventId: 'e-0', none: '' }, {}, {}]);
  });

  it('knows the end markers of transactions', () => {
    const read = decodeBatches(Buffer.concat([bytes(JAVA_MARKERS.commit), bytes(JAVA_MARKERS.abort)]));
    expect(read.map((one) => one.control)).toEqual(['commit', 'abort']);
    expect(read[0]).toMatchObject({ baseOffset: 43, lastOffset: 43, producerId: 77 });
  });

  it('leaves out a last batch that is cut off', () => {
    const whole = Buffer.concat([batch('none'), batch('gzip')]);
    expect(decodeBatches(whole.subarray(0, whole.length - 1))).toHaveLength(1);
    expect(decodeBatches(whole)).toHaveLength(2);
  });

  it.each(Object.keys(JAVA_BATCHES))('reports a damaged batch with compression %s and goes on after it', (name) => {
    const damaged = Buffer.from(batch(name));
    damaged.fill(0xff, 61, 75);
    const [first, second] = decodeBatches(Buffer.concat([damaged, batch('none')]));
    expect(first?.unreadable).toMatch(/of 3 records read/);
    expect(first?.lastOffset).toBe(42);
    expect(second?.records).toHaveLength(3);
  });

  it('reports an unknown compression and an old message format', () => {
    const unknown = Buffer.from(batch('none'));
    unknown[22] = 7;
    const old = Buffer.from(batch('none'));
    old[16] = 1;
    expect(decodeBatches(unknown)[0]?.unreadable).toContain('compression 7');
    expect(decodeBatches(old)[0]?.unreadable).toContain('message format 1');
  });

  it('never throws, whatever the bytes are', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(JAVA_BATCHES)),
        fc.array(fc.tuple(fc.nat(320), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        (name, changes) => {
          const changed = Buffer.from(batch(name));
          for (const [at, byte] of changes) if (at < changed.length) changed[at] = byte;
          decodeBatches(changed);
        },
      ),
      runs(100),
    );
  });

  it('keeps header names that are special to JavaScript, and odd bytes as replacement characters', () => {
    const written = encodeBatch({
      key: Buffer.from([0xff, 0x41]),
      value: null,
      headers: JSON.parse('{"__proto__":"a","b":"ü"}') as Record<string, string>,
      timestamp: 5,
    });
    const record = decodeBatches(written)[0]?.records[0];
    expect(Object.entries(record?.headers ?? {})).toEqual([
      ['__proto__', 'a'],
      ['b', 'ü'],
    ]);
    expect(record?.key?.toString('utf8')).toBe('�A');
  });
});

describe('finding aborted batches', () => {
  const data = decodeBatches(batch('none'))[0]!;
  const abort = decodeBatches(bytes(JAVA_MARKERS.abort))[0]!;
  const later = { ...data, baseOffset: 44, lastOffset: 46 };
  const other = { ...data, producerId: 78 };

  it('marks the producer from its first offset to its abort marker, and nobody else', () => {
    const batches = [data, other, abort, later];
    expect([...findAborted(batches, [{ producerId: 77, firstOffset: 40 }])]).toEqual([data]);
  });

  it('marks none without a list', () => {
    expect(findAborted([data, abort], []).size).toBe(0);
  });

  it('does not mark what the producer wrote before, in a transaction that committed', () => {
    expect([...findAborted([data, later], [{ producerId: 77, firstOffset: 44 }])]).toEqual([later]);
  });
});
