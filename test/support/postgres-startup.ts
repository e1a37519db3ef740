/** A PostgreSQL client that says what it likes in its startup message. */
import { once } from 'node:events';
import { connect } from 'node:net';

/** A startup message of protocol 3 with these parameters, in this order, repetitions too. */
export const startupWith = (...parameters: readonly (readonly [string, string])[]): Buffer => {
  const body = Buffer.from(`${parameters.flat().join('\0')}\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + body.length);
  head.writeInt32BE(196_608, 4);
  return Buffer.concat([head, body]);
};

/** What is answered first: `R` asks for authentication or grants it, `E` is an error, empty that the connection ended. */
export const firstAnswer = async (
  at: { readonly host: string; readonly port: number },
  startup: Buffer,
): Promise<string> => {
  const socket = connect(at);
  socket.on('error', () => undefined);
  try {
    socket.write(startup);
    const [chunk] = (await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => [])])) as [Buffer?];
    return chunk?.toString('latin1', 0, 1) ?? '';
  } finally {
    socket.destroy();
  }
};
