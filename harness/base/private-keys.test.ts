import { expect, test } from 'vitest';
import { createKeyHider } from './private-keys.ts';
import { createRedactor, hideTokens, redact } from './redact.ts';

test('a key that was cut takes nothing with it of what follows', () => {
  const id = '1fa90c93-ea40-4ba9-a7bf-4ed47e735b91';
  const begin = '-----BEGIN EC PRIVATE KEY-----';
  const cut = 'MIIEpAIBAAKCAQEA1b2C';
  for (const end of ['…', '...', '"', '=', ''])
    for (const after of [
      `\nreceived ${id}\ndone\n`,
      `\n${id}\n`,
      ` correlationId=${id}`,
      `\n${'ab01'.repeat(8)}\nDone\n`,
    ])
      for (const between of [
        ' ',
        '',
        ' Proc-Type: 4,ENCRYPTED DEK-Info: AES-128-CBC,8CE251 ',
        '\n',
        '\\n',
        '\n  ',
        `\nProc-Type: 4,E\n\n${cut}\n`,
      ]) {
        const text = `${begin}${between}${cut}${end}${after}`;
        const clean = hideTokens(text);
        expect(clean.startsWith(`${begin}***`), text).toBe(true);
        expect(clean.endsWith(after), text).toBe(true);
        expect(clean, text).not.toContain(cut);
      }
});

test('a private key that comes line by line, as it is or with what a logger puts before, and what follows it', () => {
  const body = ['Proc-Type: 4,ENCRYPTED', '', 'aB3/'.repeat(16), 'aB3/aB3'.repeat(10), 'Zm9vYmFyZm9vYmFyZm9v', 'abc='];
  const said = (prefix: string, ...lines: readonly string[]): readonly string[] => {
    const hide = createKeyHider();
    return lines.map((line) => hide(redact(prefix + line), prefix + line));
  };
  const [begin, end] = ['-----BEGIN RSA PRIVATE KEY-----', '-----END RSA PRIVATE KEY-----'];
  const id = '1fa90c93-ea40-4ba9-a7bf-4ed47e735b91';
  expect(said('', 'one', begin, ...body, end, 'two')).toEqual([
    'one',
    begin,
    '***',
    '',
    '***',
    '***',
    '***',
    '***',
    end,
    'two',
  ]);
  const logged = said('12:00:01 info ', begin, ...body.slice(0, 5), end, 'Zm9vYmFyZm9vYmFyZm9v');
  expect(logged.join('\n')).not.toMatch(/ENCRYPTED|aB3|Zm9vYmFyZm9vYmFyZm9v[^]*END/);
  expect(logged.at(-1)).toContain('Zm9v');
  // Its head was left out; and it has no end.
  expect(said('', 'aB3/'.repeat(16), 'abc=', 'after it', 'abc=')).toEqual(['***', '***', 'after it', 'abc=']);
  expect(said('', begin, 'abc=', `allocated ${id}`, 'done')).toEqual([begin, '***', `allocated ${id}`, 'done']);
  expect(said('', `expected ${begin}, got nothing`, 'done')).toEqual([`expected ${begin}, got nothing`, 'done']);
});

test('what is no key is left, whatever stands before it', () => {
  const id = '1fa90c93-ea40-4ba9-a7bf-4ed47e735b91';
  const said = ['Error: it was refused', `Received: ${id}`, id, 'done', 'ab01'.repeat(8), `of ${'ab01'.repeat(8)}`, ''];
  const mention = 'no start line: expecting -----BEGIN PRIVATE KEY-----';
  for (const first of ['***', 'hunter22', mention, `${mention}"`, '-----BEGIN PRIVATE KEY-----'])
    for (const line of said) {
      const hide = createKeyHider();
      const clean = createRedactor(['hunter22']);
      const shown = [first, line, `the ${id}`, line].map((text) => hide(clean(text), text));
      expect(shown, first).toEqual([clean(first), line, `the ${id}`, line]);
    }
  const hide = createKeyHider();
  const key = ['-----BEGIN PRIVATE KEY-----', 'aB3/'.repeat(16), '', `Comment: ${id}`, 'Zm9vYmFyZm9vYmFyZm9v'];
  expect(key.map((line) => hide(redact(line), line))).toEqual([key[0], '***', ...key.slice(2)]);
});
