import { formatJson } from '@ovpnkit/management';
import type { Context } from '../../../cli/context.ts';
import type { Outcome } from '../../../cli/outcome.ts';
import { type ConfigurationSummary, summarize } from '../../../openvpn3/configuration-summary.ts';
import { type FrontEnd, runFrontEnd } from '../../../openvpn3/front-end.ts';
import { printable } from '../../../output/printable.ts';
import { formatTime } from '../../../output/quantity.ts';

type ListOptions = {
  readonly count: boolean;
  readonly filterConfig: string | undefined;
  readonly filterTag: string | undefined;
  readonly filterOwner: string | undefined;
  readonly verbose: boolean;
  readonly json: boolean;
};

/** `ovpnkit configs-list`. */
export function runConfigsList(context: Context, options: ListOptions): Promise<Outcome> {
  return runFrontEnd(context, 'configs-list', async frontEnd => {
    const { print } = frontEnd;
    const found: ConfigurationSummary[] = [];
    // In turn: services bound how many calls one user may have in work.
    for (const each of await select(frontEnd, options)) found.push(await summarize(each));
    const wanted = found.filter(({ name }) => name.startsWith(options.filterConfig ?? ''));
    if (options.count) print(`Configurations found: ${wanted.length}`);
    else if (options.json) print(formatJson(Object.fromEntries(wanted.map(toEntry)), 2));
    else print((options.verbose ? formatVerbose(wanted) : formatShort(wanted)).join('\n'));
    return 'ok';
  });
}

async function select({ configurations }: FrontEnd, { filterTag, filterOwner }: ListOptions) {
  const tagged = filterTag === undefined ? undefined : await configurations.withTag(filterTag);
  const owned = filterOwner === undefined ? undefined : await configurations.ownedBy(filterOwner);
  if (tagged && owned) {
    const paths = new Set(owned.map(({ path }) => path));
    return tagged.filter(({ path }) => paths.has(path));
  }
  return tagged ?? owned ?? configurations.list();
}

const RULE = '-'.repeat(78);
const NAME_WIDTH = 58;

const shownName = ({ name, invalid }: ConfigurationSummary): string =>
  `${invalid === undefined ? '' : '!! '}${printable(name)}`;
const shownTime = (time: Date | undefined): string => (time === undefined ? '' : formatTime(time));

function formatShort(list: readonly ConfigurationSummary[]): string[] {
  const rows = list.map(each => `${shownName(each).padEnd(NAME_WIDTH)}${shownTime(each.lastUsed) || '-'}`);
  return [`${'Configuration Name'.padEnd(NAME_WIDTH)}Last used`, RULE, ...rows, RULE];
}

function formatVerbose(list: readonly ConfigurationSummary[]): string[] {
  const row = (imported: string, lastUsed: string, used: string) =>
    `${imported.padEnd(32)}${lastUsed.padEnd(26)}${used}`;
  const entries = list.map(each => [
    each.path,
    row(shownTime(each.imported), shownTime(each.lastUsed), String(each.used)),
    `${shownName(each).padEnd(NAME_WIDTH)}${printable(each.owner)}`,
    ...(each.invalid === undefined ? [] : [`Invalid: ${printable(each.invalid)}`]),
    `Tags: ${each.tags.map(printable).join(', ') || '(none)'}`,
  ]);
  return [
    'Configuration path',
    row('Imported', 'Last used', 'Used'),
    `${'Configuration Name'.padEnd(NAME_WIDTH)}Owner`,
    'Tags',
    RULE,
    ...entries.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines])),
    RULE,
  ];
}

/** The members that scripts know. */
function toEntry(each: ConfigurationSummary): [string, object] {
  const { acl: granted, tags, invalid } = each;
  const timestamp = (time: Date | undefined) => (time === undefined ? 0 : time.getTime() / 1000);
  return [
    each.path,
    {
      name: each.name,
      acl: {
        owner: each.owner,
        locked_down: each.lockedDown,
        public_access: each.publicAccess,
        ...(granted.length > 0 ? { granted } : {}),
      },
      dco: each.dco,
      imported: shownTime(each.imported),
      imported_tstamp: timestamp(each.imported),
      lastused: shownTime(each.lastUsed),
      lastused_tstamp: timestamp(each.lastUsed),
      use_count: each.used,
      ...(tags.length > 0 ? { tags } : {}),
      transfer_owner_session: each.transferOwnerSession,
      valid: invalid === undefined,
      ...(invalid === undefined ? {} : { invalid_reason: invalid }),
    },
  ];
}
