/** When a hostile worker begins: by what its own work has told, never by a clock. */

/** It reads its topic. */
export const AT_WORK = /"message":"joined"/;
/** It has done something for a payment. */
export const OF_A_PAYMENT = /"correlationId":/;

/** JavaScript that runs the code once, when the worker has written a line of this kind. */
export const once = (line: RegExp, code: string): string => `const begin = async () => { ${code} };
  { const write = process.stdout.write.bind(process.stdout); let begun = false; process.stdout.write = (...all) => {
    const written = write(...all);
    if (!begun && ${String(line)}.test(String(all[0]))) { begun = true; begin(); }
    return written;
  }; }`;
