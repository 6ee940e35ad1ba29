/** What the daemon says of itself. */
export type Version = {
  /** The whole line, `OpenVPN 2.6.14 x86_64-pc-linux-gnu [SSL (OpenSSL)] …`. */
  readonly release: string;
  /** The number alone, such as `2.6.14`. `undefined` when the release does not begin with one. */
  readonly version: string | undefined;
  /** The version of the management interface: 1 up to 2.4, 3 in 2.5, 4 and 5 in 2.6, 6 from 2.7.2 on. */
  readonly management: number;
};

/** The lines of the reply to `version`. `undefined` when a line is missing. */
export function parseVersion(lines: readonly string[]): Version | undefined {
  const field = (name: RegExp) => lines.map(line => name.exec(line)?.[1]).find(text => text !== undefined);
  const release = field(/^OpenVPN Version:\s*(.*)$/);
  const management = field(/^Management (?:Interface )?Version:\s*(\d+)/);
  if (release === undefined || management === undefined) return undefined;
  return { release, version: /^OpenVPN (\d+\.\d+\S*)/.exec(release)?.[1], management: Number(management) };
}

/** The number of the greeting `>INFO:OpenVPN Management Interface Version 5 -- …`; `undefined` for any other line. */
export function parseGreeting(line: string): number | undefined {
  const number = /^>INFO:OpenVPN Management Interface Version (\d+)/.exec(line)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** Whether `version`, such as `2.7.1` or `2.7_rc2`, is at least `major.minor.patch`. A pre-release counts as patch 0. */
export function isAtLeast(version: string, major: number, minor: number, patch: number): boolean {
  const [a = 0, b = 0, c = 0] = version.split(/[._]/).map(part => Number.parseInt(part, 10) || 0);
  return a !== major ? a > major : b !== minor ? b > minor : c >= patch;
}
