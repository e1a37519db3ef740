import { describe, expect, it } from 'vitest';
import { FaultlineError } from '../../base/errors.ts';
import { explain, isPortTaken } from './failures.ts';

const kafka = { name: 'Kafka', image: 'apache/kafka:4.2.0' };

describe('what an engine says', () => {
  it.each([
    [
      'write /var/lib/docker/tmp/GetImageBlob1: no space left on device',
      /the disk of the Docker engine is full/,
      /docker system prune/,
    ],
    [
      'pull of postgres:18.4: write /var/lib/docker/tmp/GetImageBlob1: no space left on device',
      /the disk of the Docker engine is full/,
      /docker system prune/,
    ],
    ['mkdir /var/lib/docker/overlay2: disk quota exceeded', /the disk of the Docker engine is full/, /system df/],
    ['Bind for 127.0.0.1:9092 failed: port is already allocated', /its port was taken/, /start again/],
    ['listen tcp4 127.0.0.1:9092: bind: address already in use', /its port was taken/, /start again/],
    [
      '(HTTP code 404) no such container - No such image: apache/kafka:4.2.0',
      /the image apache\/kafka:4.2.0 of Kafka is not on this machine/,
      /docker pull apache\/kafka:4.2.0/,
    ],
    [
      'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
      /is not on this machine/,
      /docker load/,
    ],
    ['pull of apache/kafka:4.2.0: unexpected EOF', /is not on this machine/, /docker pull apache\/kafka:4.2.0/],
    [
      'could not find an available, non-overlapping IPv4 address pool among the defaults',
      /no address range left/,
      /docker network prune/,
    ],
    ['connect ECONNREFUSED /run/docker.sock', /the Docker engine has gone away/, /start it again/],
    [
      'something else entirely',
      /Kafka \(apache\/kafka:4.2.0\) could not be started: something else entirely/,
      /docker info/,
    ],
  ])('%s', (text, message, hint) => {
    const error = explain(kafka, new Error(text));
    expect(error).toMatchObject({ code: 'environment' });
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  });

  it('is not changed when it is clear already', () => {
    const clear = new FaultlineError('environment', 'clear');
    expect(explain(kafka, clear)).toBe(clear);
  });

  it('only a taken port is worth another attempt', () => {
    expect(isPortTaken(new Error('Bind for 127.0.0.1:9092 failed: port is already allocated'))).toBe(true);
    expect(isPortTaken(explain(kafka, new Error('port is already allocated')))).toBe(true);
    expect(isPortTaken(new Error('no such image'))).toBe(false);
  });
});
