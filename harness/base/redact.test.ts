import { expect, test } from 'vitest';
import { createRedactor, hideTokens, redact, secretsOf } from './redact.ts';

test.each([
  ['postgres://me:hunter22@db:5432/x', 'postgres://***@db:5432/x'],
  ['postgres://me:p@ss@db/x and redis://:other@r', 'postgres://***@db/x and redis://***@r'],
  ['https://ghp_abcdef@github.com/x', 'https://***@github.com/x'],
  ['DATABASE_PASSWORD=hunter22 next', 'DATABASE_PASSWORD=*** next'],
  ['{"password":"hun\\"ter22","user":"me"}', '{"password":"***","user":"me"}'],
  ['"{\\"apiToken\\":\\"hunter22\\"}"', '"{\\"apiToken\\":\\"***\\"}"'],
  ["{ clientSecret: 'hunter 22', a: 1 }", "{ clientSecret: '***', a: 1 }"],
  ['password="hunter22', 'password="***'],
  ['password=hun\\ter22', 'password=***'],
  ['STRIPE_KEY=sk_live_1', 'STRIPE_KEY=***'],
  ['apiKey: abc', 'apiKey: ***'],
  ['?sslmode=x&password=hunter22&y=1', '?sslmode=x&password=***&y=1'],
  ['Authorization: Bearer abc.def-ghi', 'Authorization: Bearer ***'],
  ['authorization: Digest username="x"', 'authorization: Digest ***"x"'],
  ['{"authorization":"abcdefgh","a":1}', '{"authorization":"***","a":1}'],
  ['"{\\"Authorization\\":\\"Token abcdefgh\\"}"', '"{\\"Authorization\\":\\"Token ***\\"}"'],
  [`pushed with ghp_${'a1B2'.repeat(9)}.`, 'pushed with ***.'],
  [`github_pat_${'a1B2_'.repeat(9)}`, '***'],
  ['SASL_SSL://me:hunter22@b:9093', 'SASL_SSL://***@b:9093'],
  ['node w.js --api-key hunter22 --port 1', 'node w.js --api-key *** --port 1'],
  ['["w.js","--api-key","hunter22","-x"]', '["w.js","--api-key","***","-x"]'],
  ['using AKIAIOSFODNN7EXAMPLE now', 'using *** now'],
  ['sent eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl on', 'sent *** on'],
  ['glpat-abcdefghij0123456789 xoxb-123456789012-abcdef', '*** ***'],
  ['-----BEGIN RSA PRIVATE KEY-----\\nMIIB\\n-----END RSA', '-----BEGIN RSA PRIVATE KEY-----***-----END RSA'],
  [`x\n${'aB3/'.repeat(16)}\ny`, 'x\n***\ny'],
  [`x\n${'aB3/aB3'.repeat(10)}\ny`, 'x\n***\ny'],
  ['-----BEGIN PRIVATE KEY-----\nMIIB\nabc=\n-----END PRIVATE', '-----BEGIN PRIVATE KEY-----***-----END PRIVATE'],
  [
    '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,E\nDEK-Info: AES-128\n\nMIIB\n-----END',
    '-----BEGIN RSA PRIVATE KEY-----***-----END',
  ],
  [
    'K="-----BEGIN EC PRIVATE KEY----- MIIEpAIBAAKCAQEA abc= -----END"',
    'K="-----BEGIN EC PRIVATE KEY-----***-----END"',
  ],
  ['-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQOYBF\n=x', '-----BEGIN PGP PRIVATE KEY BLOCK-----***'],
  ['-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADAN', '-----BEGIN PRIVATE KEY-----***'],
  ['{"k":"-----BEGIN PRIVATE KEY-----\\nMIIE","id":1}', '{"k":"-----BEGIN PRIVATE KEY-----***","id":1}'],
  ['"{\\"k\\":\\"-----BEGIN PRIVATE KEY-----\\nMIIE\\"}"', '"{\\"k\\":\\"-----BEGIN PRIVATE KEY-----***\\"}"'],
  [`used sk-proj-${'a1B2'.repeat(9)} and sk-ant-api03-${'a1_-'.repeat(9)}`, 'used *** and ***'],
  [`npm_${'a1B2'.repeat(9)} gho_${'a1B2'.repeat(90)} glrt-${'a1B2'.repeat(6)}.01.x`, '*** *** ***'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0', '***'],
  ['PGPASSWORD=hunter22 psql -h db', 'PGPASSWORD=*** psql -h db'],
  [
    'sasl.jaas.config=o.a.PlainLoginModule required username="u" password="hunter22";',
    'sasl.jaas.config=o.a.PlainLoginModule required username="u" password="***";',
  ],
  [
    '{"sasl.jaas.config":"X required password=\\"hunter22\\";"}',
    '{"sasl.jaas.config":"X required password=\\"***\\";"}',
  ],
  ['postgres://me:hunt/er#2?2@db:5432/x?a=b', 'postgres://***@db:5432/x?a=b'],
  ['curl -u me:hunter22 http://x', 'curl -u me:*** http://x'],
  ['set-cookie: sid=abcdef; Path=/', 'set-cookie: sid=***'],
  ['secret/data/password: hunter22', 'secret/data/password: ***'],
  ['/run/secrets/token:hunter22', '/run/secrets/token:***'],
  ['{"/run/secrets/token": "hunter22 is it"}', '{"/run/secrets/token": "***"}'],
  ['/run/token=hunter22', '/run/token=***'],
  ['/run/token:123456', '/run/token:***'],
  ['my.token.id:12345', 'my.token.id:***'],
  ['db.password.prod: hunter is it', 'db.password.prod: *** is it'],
  ['cookie: a=b; c=d took 1fa90c93', 'cookie: a=*** took 1fa90c93'],
  ['{"cookie":"sid=abc; x","id":1}', '{"cookie":"sid=***","id":1}'],
  ['["cookie", "sid=abc","id"]', '["cookie", "sid=***","id"]'],
  ['["authorization", "abcdefgh","id"]', '["authorization", "***","id"]'],
  ['docker run -u me:hunter22 x', 'docker run -u me:*** x'],
  ['curl -s -u me:123456 http://x', 'curl -s -u me:*** http://x'],
  ['postgres://me:p@s/w@db/x', 'postgres://***@db/x'],
  ['postgres://me:p@s,w@db/x', 'postgres://***@db/x'],
  ['postgres://me:pw@a/x;redis://:other@b', 'postgres://***@a/x;redis://***@b'],
  ['"failed:\\nAuthorization: abcdefgh"', '"failed:\\nAuthorization: ***"'],
  ['"failed:\\nSTRIPE_KEY=abcdefgh"', '"failed:\\nSTRIPE_KEY=***"'],
  ['-----BEGIN EC PRIVATE KEY----- MIIE…\ndone', '-----BEGIN EC PRIVATE KEY-----***…\ndone'],
  ['-----BEGIN X PRIVATE KEY-----\nKey-Type: a b\n\nMIIB\n-----END', '-----BEGIN X PRIVATE KEY-----***-----END'],
  ['"failed:\\nBearer abcdefgh"', '"failed:\\nBearer ***"'],
  ['"failed:\\nCookie: sid=abcdefgh"', '"failed:\\nCookie: sid=***"'],
  ['"failed:\\npostgres://me:p/w@db"', '"failed:\\npostgres://***@db"'],
  [`\u001B[32mghp_${'a1B2'.repeat(9)}\u001B[39m`, '\u001B[32m***\u001B[39m'],
])('%s', (text, clean) => expect(redact(text)).toBe(clean));

test.each([
  'key: 1fa90c93-ea40-4ba9-a7bf-4ed47e735b91',
  '{"key":"1fa90c93-ea40-4ba9-a7bf-4ed47e735b91","value":"x"}',
  'GET http://127.0.0.1:3010/api?mail=a@b.example',
  'duplicate key value violates unique constraint; Key (correlation_id)=(x) already exists',
  'Unexpected token < in JSON at position 0',
  'authorization failed for ada',
  'usage: --token --port',
  'the token was refused, try again',
  'commit 0123456789abcdef0123456789abcdef01234567',
  '0123456789abcdef'.repeat(4),
  'eyJub3QiOiJhIHRva2VuIn0',
  'open /etc/passwd: no such file or directory',
  'cannot read /run/secrets/db_password: EACCES: permission denied',
  'error: /home/ada/my-token-project: is no folder with scenarios',
  'at refresh (/app/src/token.ts:12:5)',
  'token_test.go:55: got 3',
  'C:\\\\work\\\\token: permission denied',
  'no start line: expecting -----BEGIN PRIVATE KEY-----',
  'no start line: expecting -----BEGIN PRIVATE KEY-----\n    at load (x.js:1:2)',
  'risk-assessment-of-the-whole-project and task-0123456789-0123456789',
  'x'.repeat(70),
  'user -u me',
  'cookie: none',
  'no cookie, status=403',
  'no cookie, correlationId=1fa90c93-ea40-4ba9-a7bf-4ed47e735b91; next=2',
  'no authorization, correlationId=1fa90c93-ea40-4ba9-a7bf-4ed47e735b91',
  'docker run -u 1000:1000 x',
  '(docker run -u 1000:1000)',
  'kafka://b1:9092,ops@example.com',
  'postgres://db:5432/x?mail=a@b.example',
  'expecting -----BEGIN PRIVATE KEY-----\nDone\nreceived 1fa90c93',
  'expecting -----BEGIN PRIVATE KEY-----\nVersion: 3 of 1fa90c93\ndone',
  'expecting -----BEGIN PRIVATE KEY----- 0123456789abcdef0123456789abcdef',
  'expecting -----BEGIN PRIVATE KEY-----\nInventoryServiceError: 1fa90c93',
])('left alone: %s', (text) => expect(redact(text)).toBe(text));

test.each(['\n', '\t', '\r', '\b', '\f', '\u0000', '\u001B'])(
  'a token after %j, as it is and as JSON writes it',
  (before) => {
    const text = `x${before}ghp_${'a1B2'.repeat(9)} y`;
    expect(hideTokens(text)).toBe(`x${before}*** y`);
    const json = JSON.stringify({ of: text });
    expect(JSON.parse(hideTokens(json))).toEqual({ of: `x${before}*** y` });
    expect(JSON.parse(JSON.parse(hideTokens(JSON.stringify(json))) as string)).toEqual({ of: `x${before}*** y` });
  },
);

test('known secrets go wherever they stand; short ones would hide half of the log', () => {
  const clean = createRedactor(['hunter22', 'hunter22-longer', 'a', 'x.y+zz']);
  expect(clean('got hunter22-longer, hunter22 and x.y+zz, a banana')).toBe('got ***, *** and ***, a banana');
});

test('the secrets of an environment', () => {
  expect(
    secretsOf({
      DATABASE_URL: 'postgres://me:p%40ssword@db/x',
      POSTGRES_URL: 'postgres://postgres:postgres@db/x',
      API_TOKEN: 'tttttt',
      STRIPE_KEY: 'kkkkkk',
      TOKEN_URL: 'https://id.example/token',
      KAFKA_BROKERS: 'b:9092',
      EMPTY_SECRET: '',
      NONE: undefined,
    }),
  ).toEqual(['p%40ssword', 'p@ssword', 'tttttt', 'kkkkkk']);
});

test('no line is slow', () => {
  for (const part of [
    'a',
    'a.',
    'a-b_',
    'password',
    'password.',
    's.t.p.a.',
    '://',
    'a://',
    '"',
    '\\',
    'API_KEY',
    'x=',
    'bearer ',
    'eyJ',
    'eyJa.eyJ',
    'ghp_',
    'authorization: ',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY-----\n',
    'postgres://a:',
    'eyJaaaaaa.eyJaaaa',
    'eyJaaaaaa.',
    'cookie: a=',
    '-u a:',
    '/token: a ',
    'sk-',
    'SG.aaaaaaaaaaaaaaaa',
    'aB3',
    'aB3 ',
    '\\n',
    '[1m',
    'cookie","',
    'kafka://a:1,',
    'postgres://a:1@',
  ])
    for (const before of ['', '-----BEGIN PRIVATE KEY-----', '-----BEGIN PRIVATE KEY-----\nVersion: ', 'postgres://a:'])
      redact(before + part.repeat(16_384 / part.length));
  // Quadratic, these would take minutes: the test's own time limit tells.
});
