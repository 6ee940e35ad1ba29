import { primaryGroup } from './primary-group.ts';
import { serviceEnvironment } from './service-environment.ts';

/**
 * Clears the environment, apart from where the bus is, whoever's this process is; when it is root's, it becomes `user` and
 * its primary group, for good. Throws when it cannot.
 */
export function dropPrivileges(user: string): void {
  const kept = serviceEnvironment();
  for (const name of Object.keys(process.env)) if (!Object.hasOwn(kept, name)) delete process.env[name];
  if (process.getuid?.() !== 0) return;
  try {
    const gid = primaryGroup(user);
    (process as WithInitgroups).initgroups(user, gid);
    process.setgid?.(gid);
    process.setuid?.(user);
  } catch (error) {
    throw new Error(
      `Could not become the user '${user}' and its group; make it, or choose another with --user`,
      { cause: error },
    );
  }
  if (process.getuid?.() === 0 || process.geteuid?.() === 0)
    throw new Error(`'${user}' is root; choose a user without rights with --user`);
}

/** Node.js has it, and its types have not. */
type WithInitgroups = NodeJS.Process & { initgroups(user: string, extraGroup: number): void };
