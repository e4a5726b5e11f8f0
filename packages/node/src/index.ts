/** Log people in from command lines and desktop programs. Re-exports what such a program needs of the client. */
export type {
  Client,
  KeyValueStore,
  LoggedIn,
  LoginOutcome,
  LoginRequest,
} from '@proofkey/client';
export { isProofkeyError, ProofkeyError } from '@proofkey/client';
export type { Failure, FailureCode, IdTokenClaims, ServerMetadata } from '@proofkey/core';
export { explain, explainText } from '@proofkey/core/explain';
export {
  answerLoopbackRequest,
  type LoopbackAnswer,
  type LoopbackListener,
  type LoopbackRequest,
} from './loopback-request.ts';
export { createNodeClient, type NodeSettings } from './node-client.ts';
export { signatureVerifier } from './signature-verifier.ts';
