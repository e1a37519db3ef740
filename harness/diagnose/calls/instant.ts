/** Moments as logs write them. */

const EARLIEST = Date.UTC(2000, 0);
const LATEST = Date.UTC(2100, 0);

/** Smaller numbers are seconds. */
const SMALLEST_MS = 1e11;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `10/Oct/2026:13:55:36 -0700`, as ISO 8601. */
const fromCommon = (text: string): string => {
  const [, day, month = '', year, time, hours, minutes] =
    /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{2})(\d{2})$/.exec(text) ?? [];
  const number = MONTHS.indexOf(month) + 1;
  return number === 0 ? '' : `${year}-${String(number).padStart(2, '0')}-${day}T${time}${hours}:${minutes}`;
};

/** A date and a time with a zone: without one it is not known when it was. */
const ISO = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:[.,](\d{1,9}))?\s?(Z|[+-]\d{2}:?\d{2})$/i;

const fromIso = (text: string): string => {
  const [, date, time, fraction = '0', zone = ''] = ISO.exec(text) ?? [];
  if (date === undefined) return '';
  return `${date}T${time}.${fraction.slice(0, 3)}${/^z$/i.test(zone) ? 'Z' : zone.replace(/^(.{3}):?/, '$1:')}`;
};

const inMs = (value: number): number => (value < SMALLEST_MS ? value * 1000 : value);

/** ms since the epoch: of a number of seconds or ms, a date with a zone, or a web server's time. Undefined: it is none of these. */
export const instantOf = (value: unknown): number | undefined => {
  const text = typeof value === 'string' ? value.trim() : '';
  const at =
    typeof value === 'number' || /^\d{9,16}(?:\.\d+)?$/.test(text)
      ? inMs(Number(value))
      : Date.parse(fromIso(text) || fromCommon(text));
  return at >= EARLIEST && at < LATEST ? at : undefined;
};
