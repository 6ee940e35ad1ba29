import { maskText } from '../backend/masked.ts';

/** What is another one in every run, in a line of text. */
const masks: readonly (readonly [RegExp, string])[] = [
  [/~\/netcfg\/\w+/g, '~/netcfg/N'],
  [/~\/log\/proxy\/[0-9a-fl]{36}/g, '~/log/proxy/N'],
  [/('(?:import_timestamp|last_used_timestamp|session_created|backend_pid)': )[1-9]\d*/g, '$1N'],
  [/('(?:session_created|backend_pid)'\] -> OK )\[\d+\]/, '$1[N]'],
  [/(, 'ADDRESS', )[1-9]\d*/g, '$1PORT'],
  [/('(?:BYTES|PACKETS)_(?:IN|OUT)': )\d+/g, '$1N'],
  // Whether anything goes through the device is chance, and what the kernel says of an address that nobody has.
  [/(?:, )?'(?:TUN_\w+|NETWORK_RECV_ERROR)': \d+/g, ''],
  // What was logged last is a DEBUG line most of the time.
  [/'last_log': \{.*?(?:'\}|…$)/, "'last_log': …"],
  [/('(?:import_timestamp|last_used_timestamp)'\] -> OK )\[[1-9]\d*\]/, '$1[N]'],
  // Where the settings of a service are kept.
  [/\/(?:[\w.-]+\/)+(log-service\.json)/g, '…/$1'],
  // Keys are left out of the recording, so profiles cannot be compared; that they are given back is tested elsewhere.
  [/(\.Fetch(?:JSON)? \[\] -> OK ).*$/s, '$1PROFILE'],
  [/(\.StartClient \[.*\] -> OK )\[\d+\]/, '$1[N]'],
  [/(\.Introspect \[\] -> OK ).*$/s, '$1XML'],
  [
    /(\.GetSubscriberList \[\] -> OK )\[\[\['\d+', ':1\.N', '[\w.]+', ''\].*$/,
    "$1[[['TAG', ':1.N', 'INTERFACE', ''] …",
  ],
];

/** One line of a trace, recorded or ours, which is the same text whenever it says the same. */
export function maskedLine(line: string): string {
  const masked = masks.reduce(
    (text, [pattern, replacement]) => text.replace(pattern, replacement),
    maskText(line),
  );
  return sorted(masked);
}

/** Paths are listed in the order of their names, which nobody chooses. */
const sorted = (line: string): string =>
  line.replace(
    /\[('~\/[^']*'(?:, '~\/[^']*')+)\]/g,
    (_, paths: string) => `[${paths.split(', ').sort().join(', ')}]`,
  );

/** What a daemon, or the core of the deployed client, logs of itself: its own words, and DEBUG lines. */
export const isOfTheDaemon = (line: string): boolean => /\.Log \[7, (?:1,|\d, ["']\[Core\])/.test(line);

/** Whether it says that. What the recorder cut off is not known: it ends behind the last whole entry. */
export const says = (ours: string, recorded: string): boolean =>
  recorded.endsWith('…') && !ours.endsWith('…')
    ? ours.startsWith(recorded.replace(/, '?[^,']*…$|…$/, ''))
    : ours === recorded;
