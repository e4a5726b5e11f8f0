/** The authorization server alone: plain data and one pure function. No I/O, no clock, no randomness, no msw. */
export { type Answered, answer } from './authorization-server/answer.ts';
export type { Deviation } from './authorization-server/deviation.ts';
export { DEVIATIONS, type DeviationName } from './authorization-server/deviations.ts';
export type { JwtToSign, ServerRequest, ServerResponse, SignWith } from './authorization-server/http.ts';
export { type LogEntry, STEPS, type Step } from './authorization-server/log.ts';
export { MISUSE_CODES, type Misuse, type MisuseCode } from './authorization-server/misuse.ts';
export type {
  Client,
  Endpoints,
  Lifetimes,
  OperationId,
  ServerSettings,
  User,
} from './authorization-server/settings.ts';
export {
  type Consent,
  createState,
  type Failing,
  LIMITS,
  type ServerKey,
  type ServerState,
} from './authorization-server/state.ts';
export { ENTROPY_LENGTH } from './authorization-server/turn.ts';
