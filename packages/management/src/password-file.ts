import { closeSync, openSync, readSync } from 'node:fs';
import { Secret } from './protocol/secret.ts';
import { decodeText } from './protocol/text.ts';

/** No password that a daemon takes is longer, and the file may have no end. */
const longest = 4096;

/**
 * The password in a file as OpenVPN reads it: the first line. It may be a pipe. Throws an Error that names the file when it
 * cannot be read, or when that line is empty or too long to be a password.
 */
export function readPasswordFile(file: string): Secret {
  const line = firstLine(file);
  if (line === undefined) throw new Error(`the first line of the password file ${file} is too long`);
  if (line === '') throw new Error(`the first line of the password file ${file} is empty`);
  return new Secret(line);
}

function firstLine(file: string): string | undefined {
  const buffer = Buffer.alloc(longest);
  let length = 0;
  try {
    const descriptor = openSync(file, 'r');
    try {
      while (length < longest) {
        const count = readSync(descriptor, buffer, length, longest - length, null);
        const end = buffer.subarray(length, length + count).indexOf('\n');
        if (end !== -1) return textOf(buffer.subarray(0, length + end));
        if (count === 0) return textOf(buffer.subarray(0, length));
        length += count;
      }
      return undefined;
    } finally {
      buffer.fill(0);
      closeSync(descriptor);
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`the password file ${file} cannot be read: ${why}`, { cause });
  }
}

const textOf = (line: Uint8Array): string => decodeText(line).replace(/\r$/, '');
