#!/usr/bin/env node
// Any Node.js can read this file. What it starts needs a young one.
'use strict';
const { join } = require('path');

const built = join(__dirname, '..', 'dist', 'cli', 'begin.js');
const suitableNode = findSuitableNode();
if (suitableNode) suitableNode.runProgram('ovpnkit', built, () => import('../dist/cli/begin.js'));

function findSuitableNode() {
  try {
    return require('@ovpnkit/openvpn3/bin/suitable-node.js');
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    process.stderr.write(
      "ovpnkit: the packages that it stands on are missing; run 'npm ci', or install it again\n",
    );
    process.exitCode = 1;
    return undefined;
  }
}
