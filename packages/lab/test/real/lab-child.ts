// A process with a lab, for lab-crash.test.ts: makes one, says so on its standard output, and ends as it is told to.
import { statSync } from 'node:fs';
import { createLab, enterUserNamespace, labPrivilege } from '../../src/index.ts';
import { eventually } from '../../src/testing/index.ts';

/** What the parent reads, as one line of JSON. */
export type LabChildReport = {
  readonly directory: string;
  readonly pids: readonly (number | undefined)[];
  /** Inodes of network namespaces. */
  readonly namespaces: readonly number[];
};

// A parent imports the type only; nothing may run then.
if (process.argv[1] === import.meta.filename) {
  const privilege = labPrivilege();
  if (privilege.type === 'user-namespace') enterUserNamespace();
  if (privilege.type === 'impossible') throw new Error(privilege.reason);

  const lab = await createLab({ clients: 2 });
  const client = await lab.addClient('client3');
  await client.start();
  const daemons = [lab.server, ...lab.clients];
  const report: LabChildReport = {
    directory: lab.directory,
    pids: daemons.map(daemon => daemon.pid),
    namespaces: daemons.map(daemon => statSync(daemon.namespace).ino),
  };
  await eventually('the client reaches the server', async () => (await lab.ping(client)) > 0);
  console.log(JSON.stringify(report));
  // Until the parent has seen what it wants to see; its own end is as good as its word.
  await new Promise(resolve => process.stdin.once('data', resolve).once('end', resolve));
  process.stdin.destroy();
  switch (process.argv[2]) {
    case 'close':
      await lab.close();
      break;
    case 'exit':
      process.exit(3);
      break;
    case 'throw':
      throw new Error('on purpose');
  }
}
