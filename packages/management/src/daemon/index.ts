/// <reference types="node" preserve="true" />
export { howToNameOpenvpn, openvpnProgram } from './openvpn-program.ts';
export { privateDirectory } from './private-directory.ts';
