import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Configuration } from './configuration.ts';
import { formatStored, parseStored } from './stored-configuration.ts';

/** The persistent configurations, a file for each. */
export type ConfigurationFolder = {
  /** Writes the file anew, as a whole or not at all: it has the old content or the new one, whatever happens. */
  write(configuration: Configuration): Promise<void>;
  remove(configuration: Configuration): Promise<void>;
};

export type OpenedFolder = ConfigurationFolder & {
  /** What was there, by their files' names. */
  readonly stored: readonly Configuration[];
  /** One sentence for each file, or part of one, that could not be used. Nothing of it is changed or removed. */
  readonly problems: readonly { readonly category: 'CRIT' | 'ERROR'; readonly text: string }[];
};

/** `34c31778xa130x4326xb4b0x491795ec621f.json`: OpenVPN 3 looks at no other names. */
const NAME_LENGTH = 41;
/** A profile twice, every character of it escaped. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Makes the folder when it is missing. Rejects when it cannot be read. */
export async function openConfigurationFolder(folder: string): Promise<OpenedFolder> {
  const found = await namesIn(folder);
  const files = new Map<string, string>();
  const stored: Configuration[] = [];
  const problems: { category: 'CRIT' | 'ERROR'; text: string }[] = [];
  const names = found.filter(name => name.length === NAME_LENGTH && name.endsWith('.json'));
  for (const name of names.sort()) {
    try {
      const { configuration, ignored } = parseStored(await readFileUpTo(join(folder, name), MAX_BYTES));
      if (files.has(configuration.path))
        throw new Error(`another file has the configuration ${configuration.path} already`);
      files.set(configuration.path, name);
      stored.push(configuration);
      for (const key of ignored)
        problems.push({ category: 'ERROR', text: `Incorrect override key: ${key}, ignoring` });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      problems.push({
        category: 'CRIT',
        text: `Invalid persistent configuration file ${join(folder, name)}: ${why}`,
      });
    }
  }

  /** A configuration stays in the file that it came from, whatever that is called. */
  const fileOf = ({ path }: Configuration) => files.get(path) ?? `${basename(path)}.json`;

  return {
    stored,
    problems,
    async write(configuration) {
      const name = fileOf(configuration);
      await writeAtomically(folder, name, formatStored(configuration));
      files.set(configuration.path, name);
    },
    async remove(configuration) {
      await rm(join(folder, fileOf(configuration)), { force: true });
      await syncFolder(folder);
      files.delete(configuration.path);
    },
  };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return await readdir(folder);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The folder ${folder} cannot be read: ${why}; give it to the user of the service, or name another with --state-dir`,
      { cause: error },
    );
  }
}

async function readFileUpTo(path: string, maxBytes: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > maxBytes) throw new Error(`it is larger than ${maxBytes} bytes`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** The name of what is half-written does not end in `.json`, so nobody takes it for a configuration. */
async function writeAtomically(folder: string, name: string, text: string): Promise<void> {
  const half = join(folder, `${name}.new`);
  try {
    await rm(half, { force: true });
    const file = await open(half, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(half, join(folder, name));
  } catch (error) {
    await rm(half, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
