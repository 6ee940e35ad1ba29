/// <reference types="node" preserve="true" />
export type { Answers } from './answers.ts';
export { type Conversation, readConversation } from './conversation.ts';
export { type FakeDaemon, type FakeDaemonOptions, fakeDaemon, type Script } from './fake-daemon.ts';
export { parseRecording, type RecordedChunk } from './recording.ts';
export { type ReplayOptions, replay } from './replay.ts';
export type { Session } from './session.ts';
