/** The APIs that a login is for -> which of them a token request may name. RFC 8707, section 2; Auth0's `audience`. */
import type { SoundRequest } from './state.ts';

/** An absolute URI without a fragment. An `audience` may be any text. */
export const isResource = (text: string): boolean => /^[a-z][a-z0-9+.-]*:[!"$-~]+$/i.test(text);

/** Everything that was asked for, and so granted. */
export const apisOf = ({ audience, resources = [] }: SoundRequest): readonly string[] => [
  ...(audience === undefined ? [] : [audience]),
  ...resources,
];
