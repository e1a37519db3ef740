/** Which process of PostgreSQL's serves a connection: it says so when the connection begins, and bytes pass as they are. */
import type { Stages } from '../tcp-relay.ts';

/** Codes in the place of the protocol's version: may it be encrypted? The answer is one byte. */
const NEGOTIATIONS: readonly number[] = [80877103, 80877104];
const NOT_ENCRYPTED = 'N'.charCodeAt(0);

/** Types of the server's messages: the process's number, ready for queries, an error. */
const KEY_DATA = 'K'.charCodeAt(0);
const LAST: readonly number[] = ['Z', 'E'].map((type) => type.charCodeAt(0));
/** Length and code of the client's first messages. */
const PREAMBLE_BYTES = 8;
/** Type and length of the server's. */
const HEADER_BYTES = 5;
/** No message of a beginning is so long: this is another protocol. */
const LONGEST_BYTES = 64 * 1024;

const NOTHING = Buffer.alloc(0);

/** Stages for one connection; `found` is called once, with the number of its process. */
export const backendStages = (found: (pid: number) => void): Pick<Stages, 'up' | 'down'> => {
  let sent: Buffer = NOTHING;
  let received: Buffer = NOTHING;
  /** Questions about encryption that are not answered yet. */
  let asked = 0;
  let begun = false;
  let over = false;

  const end = (): void => {
    over = true;
    sent = received = NOTHING;
  };

  const readSent = (): void => {
    while (!begun && sent.length >= PREAMBLE_BYTES) {
      begun = !NEGOTIATIONS.includes(sent.readInt32BE(4));
      if (!begun) asked += 1;
      sent = begun ? NOTHING : sent.subarray(PREAMBLE_BYTES);
    }
  };

  const readReceived = (): void => {
    for (; !over && asked > 0 && received.length > 0; received = received.subarray(1)) {
      asked -= 1;
      if (received[0] !== NOT_ENCRYPTED) return end();
    }
    while (!over && received.length >= HEADER_BYTES) {
      const [type = 0, length] = [received[0], received.readInt32BE(1)];
      if (length < 4 || length > LONGEST_BYTES || LAST.includes(type)) return end();
      if (received.length < 1 + length) return;
      if (type === KEY_DATA && length >= 8) {
        found(received.readInt32BE(HEADER_BYTES));
        return end();
      }
      received = received.subarray(1 + length);
    }
  };

  return {
    up: (chunk) => {
      if (!over && !begun) {
        sent = Buffer.concat([sent, chunk]);
        readSent();
      }
      return [chunk];
    },
    down: (chunk) => {
      if (!over) {
        received = Buffer.concat([received, chunk]);
        readReceived();
      }
      return [chunk];
    },
  };
};
