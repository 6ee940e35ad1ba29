// What users of the deployed `openvpn3` typed and saw, and how to compare it with ours.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UserName } from './front-end-stage.ts';

export type RecordedScreen = {
  readonly args: readonly string[];
  readonly as: UserName;
  readonly output: string;
  readonly code: number;
};

const folder = join(import.meta.dirname, '../../../../openvpn3/test/recordings/cli');

/** The screens of one recording, in order. */
export function recordedScreens(name: string): RecordedScreen[] {
  const text = readFileSync(join(folder, `${name}.txt`), 'utf8');
  const screens = text.matchAll(/^\$ openvpn3 ([^\n]*?) {3}\[as (\w+)\]\n(.*?)^\[rc=(-?\d+) /gms);
  return [...screens].map(([, command = '', as, output = '', code]) => ({
    args: command.split(' '),
    as: as as UserName,
    output,
    code: Number(code),
  }));
}

/** What a terminal shows of it, without what is different each time, and by whatever name the program calls itself. */
export const masked = (output: string): string =>
  output
    .replace(/[^\n]*\r\x1b\[K/g, '')
    .replaceAll('\r', '')
    .replace(/\x1b\[[\d;]*[A-Za-z]/g, '')
    .replace(/(\/net\/openvpn\/v3\/(?:configuration|sessions))\/[0-9a-f]{8}[0-9a-fsx]{28}/g, '$1/ID')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, '2026-01-01 00:00:00')
    .replace(/(PID|Auth Request): \d+/g, '$1: 1')
    .replace(/\b(10\.231|198\.18)\.0\.1\b/g, 'ADDRESS')
    .replace(/^(?:openvpn3|ovpnkit)(?:\/[\w-]+:)?[ ]*\*\* ERROR \*\* +/gm, 'ERROR ')
    .replace(/^(WARNING|Warning): +/gm, '$1: ')
    .replace(/(?:^ {5}[A-Z_]+\.+\d+\n)+/gm, 'COUNTERS\n')
    .replaceAll("'openvpn3 ", "'ovpnkit ");
