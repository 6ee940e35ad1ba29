// The recordings of which no call is made here, by the beginning of their names.
const elsewhere = (test: string): string => `compared by ${test}`;

export const notPlayed: Readonly<Record<string, string>> = {
  'admin-sessionmgr-list-user': 'the program refuses by itself: nothing on the bus',
  'admin-version': 'a program about itself: nothing on the bus',
  'cli-version': 'a program about itself: nothing on the bus',
  'idle-exit': 'when the deployed services end by themselves: times only',
  'late-answers': 'what the deployed front end makes of services that are stopped',
  'misc-errors': 'not as a trace: each of its lines is compared in a test of its own',
  'probe-automatic-restart': elsewhere('conformance-probe.test.ts'),
  'probe-config-methods': elsewhere('service-configuration-recording.test.ts'),
  'probe-config-odd-files': 'files that are wrong in the deployed way: storage is tested with our own',
  'probe-config-persistence': elsewhere('service-configuration-storage.test.ts'),
  'probe-log-starter-netcfg': elsewhere('conformance-probe.test.ts'),
  'probe-netcfg-device': elsewhere('netcfg-changes.test.ts'),
  'probe-session-methods': elsewhere('service-sessions-conformance.test.ts'),
  'wire-types': 'types only: compared by the tests of the contracts',
};

/** Why it is not; `undefined` for one that is played. The longest name that fits says it. */
export function reasonNotToPlay(recording: string): string | undefined {
  const names = Object.keys(notPlayed).filter(
    name => recording === name || (name.endsWith('-') && recording.startsWith(name)),
  );
  return notPlayed[names.sort((a, b) => b.length - a.length)[0] ?? ''];
}
