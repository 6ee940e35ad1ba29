// Makes a lab whose server pushes DNS, and prints what /etc/resolv.conf is with the client's tunnel up. It changes that
// file when the lab is wrong, so it runs in a mount namespace with an /etc of its own alone.
import { readFileSync } from 'node:fs';
import { createLab } from '../../src/index.ts';
import { eventually } from '../../src/testing/index.ts';

const [openvpn, ...lines] = process.argv.slice(2);
const lab = await createLab({
  clients: 1,
  openvpn,
  server: ['push "dns server 1 address 198.19.0.1"', 'push "dns search-domains corp.example"'],
  client: () => lines,
});
try {
  const [client] = lab.clients;
  if (client === undefined) throw new Error('the lab has no client');
  await eventually('the tunnel works', async () => (await lab.ping(client)) === 1);
  process.stdout.write(readFileSync('/etc/resolv.conf', 'utf8'));
} finally {
  await lab.close();
}
