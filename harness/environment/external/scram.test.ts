import { describe, expect, it } from 'vitest';
import { scram } from './scram.ts';

/** RFC 7677, section 3. */
const USER = { username: 'user', password: 'pencil' };
const NONCE = 'rOprNGfwEbeRWgbNEkqO';
const SERVER_FIRST = 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096';
const SERVER_FINAL = 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=';

describe('scram', () => {
  it("says what RFC 7677's example says", async () => {
    const conversation = scram('sha256', USER, NONCE);
    expect(conversation.first).toBe('n,,n=user,r=rOprNGfwEbeRWgbNEkqO');
    await expect(conversation.final(SERVER_FIRST)).resolves.toBe(
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    );
    expect(() => conversation.verify(SERVER_FINAL)).not.toThrow();
  });

  it('does not believe a server that does not know the password', async () => {
    const conversation = scram('sha256', USER, NONCE);
    await conversation.final(SERVER_FIRST);
    expect(() => conversation.verify(SERVER_FINAL.replace('6rri', '7rri'))).toThrow('could not prove');
    expect(() => conversation.verify('e=other-error')).toThrow('could not prove');
  });

  it.each([
    ['another nonce', 'r=somebody-else,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096', 'another conversation'],
    ['no salt', 'r=rOprNGfwEbeRWgbNEkqOxyz,i=4096', 'no usable salt'],
    ['too few iterations', 'r=rOprNGfwEbeRWgbNEkqOxyz,s=W22ZaJ0S,i=4095', 'no usable salt'],
    ['an extension', 'm=x,r=rOprNGfwEbeRWgbNEkqOxyz,s=W22ZaJ0S,i=4096', 'm='],
    ['too many iterations', 'r=rOprNGfwEbeRWgbNEkqOxyz,s=W22ZaJ0S,i=4000000000', 'no usable salt'],
  ])('refuses %s', async (_, serverFirst, why) => {
    await expect(scram('sha256', USER, NONCE).final(serverFirst)).rejects.toThrow(why);
  });

  it('keeps a name with = and , in one piece', () => {
    expect(scram('sha512', { username: 'a=b,c', password: 'x' }, 'n').first).toBe('n,,n=a=3Db=2Cc,r=n');
  });
});
