/** Which parameters an authorization request may have. RFC 6749, section 4.1.1; OIDC Core, section 3.1.2.1. */
import type { AuthorizeQuery } from '@proofkey/api';
import { type Parameters, parameterOf } from './parameters.ts';

/** What may be asked, and what is known and refused. OIDC Core, section 6; RFC 6749, section 2.3.1. */
export type Asked = AuthorizeQuery & {
  readonly request?: string;
  readonly request_uri?: string;
  readonly registration?: string;
  readonly client_secret?: string;
};

export const textOf = (parameters: Parameters, name: Extract<keyof Asked, string>): string | undefined =>
  parameterOf<Asked>(parameters, name);
