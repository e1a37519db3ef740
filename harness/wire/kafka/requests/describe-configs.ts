import { Writer } from '../codec.ts';
import type { KafkaRequest } from '../request.ts';
import { check } from '../errors.ts';

const BROKER = 4;

/** One setting of a broker; null when it is hidden or the broker does not know it. */
export const brokerSetting = (nodeId: number, name: string): KafkaRequest<string | null> => {
  const writer = new Writer();
  writer.array([name], false, (setting) =>
    writer
      .int8(BROKER)
      .string(String(nodeId), false)
      .array([setting], false, (one) => void writer.string(one, false)),
  );
  return {
    api: 'DescribeConfigs',
    version: 1,
    // No synonyms.
    body: writer.boolean(false).finish(),
    route: { to: 'broker', nodeId },
    decode: (reader) => {
      reader.int32(); // throttle time
      const found = reader.array(false, () => {
        check('DescribeConfigs', reader.int16(), `broker ${nodeId}`);
        reader.nullableString(false); // message
        reader.int8(); // type
        reader.string(false); // name
        return reader.array(false, () => {
          const setting = { name: reader.string(false), value: reader.nullableString(false) };
          reader.boolean(); // read only
          reader.int8(); // source
          reader.boolean(); // sensitive
          reader.array(false, () => {
            reader.string(false);
            reader.nullableString(false);
            reader.int8();
          });
          return setting;
        });
      });
      return found.flat().find((setting) => setting.name === name)?.value ?? null;
    },
  };
};
