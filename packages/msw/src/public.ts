/** What every entry hands out beside its own function. Nothing of msw is in it. */
export type {
  Client,
  Consent,
  DeviationName,
  Endpoints,
  Failing,
  Lifetimes,
  LogEntry,
  Misuse,
  MisuseCode,
  Step,
} from './authorization-server.ts';
export type { MockBrowser } from './browser.ts';
export type { Expiring } from './knobs.ts';
export type { LoginServer } from './login-server.ts';
export { MisuseError } from './misuse-error.ts';
export {
  type MockLoginOptions,
  OptionError,
  type Person,
  type PrivateJsonWebKey,
  type SigningAlgorithm,
} from './options.ts';
export type { AnySubtle } from './platform.ts';
