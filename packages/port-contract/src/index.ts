/** The tests that make an adapter an adapter, ports in memory to begin from, and broken ones to test the tests. */
export type { BrokenPort } from './broken-port.ts';
export { brokenPorts } from './broken-ports.ts';
export { contract } from './contract.ts';
export { type DescribeOptions, describePorts, type TestRunner } from './describe-ports.ts';
export { ContractError } from './expect.ts';
export { type MemoryFetch, type MemoryRequest, scriptedFetch } from './memory-fetch.ts';
export {
  type MemoryOptions,
  type MemoryPorts,
  type MemorySubject,
  memoryPorts,
  memorySubject,
  seededRandomSource,
  turnTimers,
  type VirtualClock,
  virtualClock,
} from './memory-ports.ts';
export { type ScriptedTransport, scriptedTransport } from './memory-transport.ts';
export { type MemoryUserAgent, memoryUserAgent, type Visit } from './memory-user-agent.ts';
export type { ContractTest, Need, PortName, Reopened, Subject, TestServer, Timers } from './subject.ts';
export { answerTestRequest, type TestAnswer, type TestRequest } from './test-server.ts';
