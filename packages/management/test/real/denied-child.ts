// Runs without the right to pass closed directories, root or not: tries to connect, and prints why it could not.
import { ConnectionError, connect } from '@ovpnkit/management';

const [path = ''] = process.argv.slice(2);
try {
  await connect({ path });
  console.log('connected');
} catch (error) {
  console.log(error instanceof ConnectionError ? error.reason : String(error));
}
process.exit();
