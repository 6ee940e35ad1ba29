import { primaryGroup } from './primary-group.ts';

/**
 * Becomes `user` and its primary group, for good, when this process is root's; the environment is cleared then,
 * apart from where the bus is. Does nothing for any other user. Throws when it cannot.
 */
export function dropPrivileges(user: string): void {
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
  for (const name of Object.keys(process.env)) {
    if (name !== 'DBUS_SYSTEM_BUS_ADDRESS') delete process.env[name];
  }
}

/** Node.js has it, and its types have not. */
type WithInitgroups = NodeJS.Process & { initgroups(user: string, extraGroup: number): void };
