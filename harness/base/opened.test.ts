import { expect, test } from 'vitest';
import { openTogether } from './opened.ts';
import type { Opened } from './opened.ts';

const logging = () => {
  const log: string[] = [];
  const keep = (opened: Opened, name: string, closing: () => void = () => undefined): Promise<string> =>
    opened.keep(Promise.resolve(name), (part) => {
      log.push(part);
      closing();
    });
  return { log, keep };
};
const failing = (message: string) => (): never => {
  throw new Error(message);
};

test('what was opened last is closed first, once, also when something cannot be closed', async () => {
  const { log, keep } = logging();
  const opened = await openTogether(async (parts) => {
    await keep(parts, 'first');
    await keep(parts, 'second', failing('second'));
    await keep(parts, 'third', failing('third'));
    return parts;
  });
  await expect(opened.close()).rejects.toThrow('third');
  await expect(opened.close()).rejects.toThrow('third');
  expect(log).toEqual(['third', 'second', 'first']);
});

test('nothing stays open when something cannot be opened, and that is what is told', async () => {
  const { log, keep } = logging();
  const opening = openTogether(async (parts) => {
    await keep(parts, 'first');
    await keep(parts, 'second', failing('closing'));
    await parts.keep(Promise.reject(new Error('opening')), () => log.push('never'));
  });
  await expect(opening).rejects.toThrow('opening');
  expect(log).toEqual(['second', 'first']);
});

test('what is there only after another could not be opened is closed at once', async () => {
  const { log } = logging();
  let arrive = (_part: string): void => undefined;
  const late = new Promise<string>((resolve) => (arrive = resolve));
  let kept: Promise<string> | undefined;
  const opening = openTogether((parts) => {
    kept = parts.keep(late, (part) => log.push(part));
    return Promise.reject(new Error('opening'));
  });
  await expect(opening).rejects.toThrow('opening');
  expect(log).toEqual([]);
  arrive('late');
  await expect(kept).rejects.toThrow('closed meanwhile');
  expect(log).toEqual(['late']);
});
