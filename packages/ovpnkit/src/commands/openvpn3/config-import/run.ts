import { isUtf8 } from 'node:buffer';
import { existsSync, realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { formatJson } from '@ovpnkit/management';
import { inlineFiles } from '@ovpnkit/openvpn3';
import type { Context } from '../../../cli/context.ts';
import type { Outcome } from '../../../cli/outcome.ts';
import { UsageError } from '../../../cli/usage-error.ts';
import { CommandFailure } from '../../../openvpn3/command-failure.ts';
import { whyInvalid } from '../../../openvpn3/configuration-summary.ts';
import { runFrontEnd } from '../../../openvpn3/front-end.ts';
import { printable } from '../../../output/printable.ts';

type ImportOptions = {
  readonly config: string | undefined;
  readonly name: string | undefined;
  readonly persistent: boolean;
  readonly tag: readonly string[] | undefined;
  readonly json: boolean;
};

/** `ovpnkit config-import`. */
export async function runConfigImport(context: Context, options: ImportOptions): Promise<Outcome> {
  const { config, persistent, tag: tags = [], json } = options;
  if (config === undefined) throw new UsageError('say which file, with --config office.ovpn');
  const { name = config } = options;
  const profile = await readProfile(config);
  return runFrontEnd(context, 'config-import', async ({ configurations, print }) => {
    const imported = await configurations.import(name, profile, { persistent, tags });
    if (keepsDevice(profile)) await imported.setOverride('persist-tun', true);
    const warning = await whyInvalid(imported);
    if (json) print(formatJson({ path: imported.path, name, warning }));
    else {
      print(`Configuration imported.  Configuration path: ${imported.path}`);
      if (warning !== undefined) print(`\nWARNING:   ${printable(warning)}`);
    }
    return 'ok';
  });
}

/** A profile from a file that the command line names, with the files inside that it names. */
export async function readProfile(file: string): Promise<string> {
  return completeProfile(
    await read(file).catch(error => {
      throw new UsageError(error.message, { cause: error });
    }),
    file,
  );
}

/** The same; `why` says in an error what the file is read for. */
export async function readProfileFor(file: string, why: string): Promise<string> {
  return completeProfile(await read(file, why), file);
}

function completeProfile(text: Buffer, file: string): Promise<string> {
  if (!isUtf8(text) || text.includes(0))
    throw new CommandFailure(`${file} is no text, so it is no profile`, 'refused');
  return inlineFiles(text.toString(), (name, directive) => {
    const path = resolve(dirname(file), name);
    if (directive.endsWith('user-pass')) refuseForeign(path, file, directive);
    return read(path, `, which ${file} names`);
  });
}

/** What such a file holds is sent to the server: a profile from somebody else must not choose any file of its reader. */
function refuseForeign(path: string, file: string, directive: string): void {
  const [folder, real] = [dirname(file), path].map(each => (existsSync(each) ? realpathSync(each) : each));
  if (real?.startsWith(`${folder}/`)) return;
  throw new CommandFailure(
    `${file} wants ${path} for '${directive}', outside of its folder; move the file, or let it be asked`,
    'refused',
  );
}

/** Whether the network device is to stay while the tunnel reconnects. */
const keepsDevice = (profile: string): boolean => /^\s*(--)?persist-tun\s*$/m.test(profile);

async function read(file: string, why = ''): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    // Node repeats the name behind the reason.
    const [cause] = String(error instanceof Error ? error.message : error).split(', ');
    throw new CommandFailure(`Cannot read ${file}${why}: ${cause}`, 'refused', { cause: error });
  }
}
