/** Everything that an application or an adapter may use. */

export type { ClaimsSchema } from './claims-schema.ts';
export { type Client, createClient, type Started } from './client.ts';
export { isProofkeyError, ProofkeyError } from './error.ts';
export { memoryStore, promiseLock } from './in-process.ts';
export type { LoginRequest } from './login-request.ts';
export type { LogoutOutcome, LogoutRequest } from './logout.ts';
export type { LoggedIn, LoginOutcome } from './outcome.ts';
export { isPortError, PortError } from './port-error.ts';
export type * from './ports.ts';
export type { ResponseLike } from './session.ts';
export type { Settings } from './settings.ts';
export type { RedactedStep, RequestPurpose } from './step.ts';
export { type SubtleLike, webCryptoDigest, webCryptoVerifier } from './web-crypto.ts';
