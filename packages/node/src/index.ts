/** Log people in from command lines and desktop programs. Re-exports what such a program needs of the client. */
export type {
  ClaimsSchema,
  Client,
  KeyValueStore,
  Lock,
  LoggedIn,
  LoginOutcome,
  LoginRequest,
  LogoutOutcome,
  LogoutRequest,
  RedactedStep,
  Started,
} from '@proofkey/client';
export { isPortError, isProofkeyError, PortError, ProofkeyError } from '@proofkey/client';
export type {
  AccessTokenRequest,
  Failure,
  FailureCode,
  IdTokenClaims,
  Recovery,
  ServerMetadata,
  Snapshot,
  UserInfo,
} from '@proofkey/core';
export { redact } from '@proofkey/core';
export { explain, explainText } from '@proofkey/core/explain';
export {
  answerLoopbackRequest,
  type LoopbackAnswer,
  type LoopbackListener,
  type LoopbackRequest,
} from './loopback-request.ts';
export { createNodeClient, type NodeClient, type NodeOptions, type NodeSettings } from './node-client.ts';
export type { Terminal } from './prompt.ts';
export { digest, signatureVerifier } from './signature-verifier.ts';
