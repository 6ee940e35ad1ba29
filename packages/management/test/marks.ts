// Secrets that can be found again in whatever form they come out.
import assert from 'node:assert/strict';

/** A secret that is unlike anything else in an output. */
export const markOf = (name: string): string => `Mk${name}q7Zw9Xv3`;

/** The forms of a text that an output may have: as it is, in base64 at each of three places, in hex, URL-encoded, quoted. */
export function formsOf(text: string): string[] {
  const bytes = Buffer.from(text);
  const base64 = [0, 1, 2].map(place => {
    const whole = Buffer.concat([Buffer.alloc(place), bytes]).toString('base64');
    // The characters at both ends hold bits of what stands beside it.
    return whole
      .slice(place === 0 ? 0 : place + 1)
      .replace(/=+$/, '')
      .slice(0, -1);
  });
  const hex = bytes.toString('hex');
  const url = Array.from(bytes, byte => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const quoted = text.replace(/["'\\ ]/g, '\\$&');
  return [...new Set([text, ...base64, hex, hex.toUpperCase(), url, encodeURIComponent(text), quoted])];
}

/** What a daemon prints in hex has a space behind every four bytes. */
const withoutGroups = (output: string): string => output.replace(/(?<=[0-9a-f]{2})[ :](?=[0-9a-f]{2})/gi, '');

/** The marks that an output holds in any form, with what is around each. */
export function marksIn(output: string, marks: readonly string[]): string[] {
  const outputs = [output, withoutGroups(output)];
  return marks.flatMap(mark =>
    formsOf(mark).flatMap(form =>
      outputs.flatMap(text => {
        const at = text.indexOf(form);
        return at === -1 ? [] : [`${mark}: …${text.slice(Math.max(0, at - 200), at + form.length + 40)}…`];
      }),
    ),
  );
}

export function assertNoMarks(name: string, output: string, marks: readonly string[]): void {
  assert.deepEqual(marksIn(output, marks), [], name);
}
