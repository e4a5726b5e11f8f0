/** How metadata attack. RFC 8414, section 3.3; OIDC Discovery 1.0, section 4.3; RFC 9700, section 4.4. */

import { type Alter, member, metadataMembers, PORTAL } from './deviation.changes.ts';
import type { Deviation } from './deviation.ts';

export type MetadataDeviation =
  | 'metadata_of_another_issuer'
  | 'metadata_issuer_with_suffix'
  | 'metadata_issuer_with_other_slash'
  | 'metadata_with_plain_pkce_only'
  | 'metadata_without_pkce_methods'
  | 'token_endpoint_http'
  | 'token_endpoint_javascript'
  | 'token_endpoint_data'
  | 'token_endpoint_with_credentials'
  | 'token_endpoint_with_fragment'
  | 'token_endpoint_missing'
  | 'token_endpoint_in_array'
  | 'token_endpoint_in_prototype'
  | 'authorization_endpoint_javascript'
  | 'logout_endpoint_javascript'
  | 'jwks_uri_http'
  | 'jwks_uri_inside_the_cloud'
  | 'metadata_redirects_inside'
  | 'metadata_is_html'
  | 'metadata_too_large';

const hostile = (does: string, seen: string, alter: Alter, duty: string): Deviation => ({
  does,
  seen,
  steps: ['metadata'],
  alter,
  duty,
});

const ISSUER = 'Compare issuer with the one that was asked for, letter for letter. RFC 8414, section 3.3.';
const PKCE = 'Begin no login where the metadata do not have S256. RFC 9700, section 2.1.1.';
const ENDPOINTS = 'Refuse endpoints that are not https, or have credentials or a fragment, before anybody goes there.';

const issuer = (does: string, change: (issuer: string) => string): Deviation =>
  hostile(
    does,
    'AT-76',
    metadataMembers((all) => ({ issuer: change(String(all.issuer)) })),
    ISSUER,
  );

/** The honest address of the token endpoint, changed. */
const tokenEndpoint = (does: string, change: (url: string) => unknown): Deviation =>
  hostile(
    does,
    'AT-27',
    metadataMembers((all) => ({ token_endpoint: change(String(all.token_endpoint)) })),
    ENDPOINTS,
  );

export const METADATA: Readonly<Record<MetadataDeviation, Deviation>> = {
  metadata_of_another_issuer: issuer('The metadata are those of another server.', () => 'https://attacker.example/'),
  metadata_issuer_with_suffix: issuer('The issuer of the metadata ends with INVALID.', (one) => `${one}INVALID`),
  metadata_issuer_with_other_slash: issuer('The issuer of the metadata differs by the slash at its end.', (one) =>
    one.endsWith('/') ? one.slice(0, -1) : `${one}/`,
  ),
  metadata_with_plain_pkce_only: hostile(
    'The metadata say that PKCE works with plain only.',
    'AT-23',
    metadataMembers(() => ({ code_challenge_methods_supported: ['plain'] })),
    PKCE,
  ),
  metadata_without_pkce_methods: hostile(
    'The metadata say that PKCE works with no method.',
    'AT-23',
    metadataMembers(() => ({ code_challenge_methods_supported: [] })),
    PKCE,
  ),
  token_endpoint_http: tokenEndpoint('The token endpoint is http.', (url) => url.replace(/^https:/, 'http:')),
  token_endpoint_javascript: tokenEndpoint('The token endpoint is a script.', () => 'javascript:alert(1)'),
  token_endpoint_data: tokenEndpoint(
    'The token endpoint is its own answer.',
    () => 'data:application/json,{"access_token":"EVIL","token_type":"Bearer"}',
  ),
  token_endpoint_with_credentials: tokenEndpoint('The address of the token endpoint has a password in it.', (url) =>
    url.replace('//', '//u:p@'),
  ),
  token_endpoint_with_fragment: tokenEndpoint('The address of the token endpoint has a fragment.', (url) => `${url}#x`),
  token_endpoint_missing: tokenEndpoint('The metadata name no token endpoint.', () => undefined),
  token_endpoint_in_array: tokenEndpoint('The token endpoint stands in an array.', (url) => [url]),
  token_endpoint_in_prototype: {
    ...hostile(
      'The metadata name the token endpoint in a member __proto__ only.',
      'AT-33',
      metadataMembers(() => ({ token_endpoint: undefined })),
      'Read the own members of a parsed object only.',
    ),
    rewrite: member('"__proto__":{"token_endpoint":"https://attacker.example/token"}'),
  },
  authorization_endpoint_javascript: hostile(
    'The authorization endpoint is a script.',
    'AT-28',
    metadataMembers(() => ({ authorization_endpoint: 'javascript:alert(document.domain)//' })),
    'Navigate to https only: a script would run with the rights of your page.',
  ),
  logout_endpoint_javascript: hostile(
    'The logout endpoint is a script.',
    'AT-28',
    metadataMembers(() => ({ end_session_endpoint: 'javascript:alert(document.domain)//' })),
    'Navigate to https only: a script would run with the rights of your page.',
  ),
  jwks_uri_http: hostile(
    'The keys are at an http address.',
    'AT-77',
    metadataMembers(({ jwks_uri }) => ({ jwks_uri: String(jwks_uri).replace(/^https:/, 'http:') })),
    ENDPOINTS,
  ),
  jwks_uri_inside_the_cloud: hostile(
    'The keys are at an address that only machines in a data centre reach.',
    'AT-77',
    metadataMembers(() => ({ jwks_uri: 'http://169.254.169.254/latest/meta-data/' })),
    'Refuse http; a server that fetches addresses from elsewhere also needs a list of hosts.',
  ),
  metadata_redirects_inside: {
    does: 'The address of the metadata redirects to one that only machines in a data centre reach.',
    seen: 'AT-77',
    steps: ['metadata'],
    instead: () => ({ type: 'redirect', to: 'http://169.254.169.254/latest/meta-data/' }),
    duty: 'Follow no redirect from the metadata.',
  },
  metadata_is_html: {
    does: 'A captive portal answers for the metadata, with a page and 200.',
    seen: 'AT-30',
    steps: ['metadata'],
    instead: () => PORTAL,
  },
  metadata_too_large: {
    does: 'The metadata are longer than 1 MiB.',
    seen: 'AT-34',
    steps: ['metadata'],
    rewrite: member(`"padding":"${'a'.repeat(1_100_000)}"`),
    duty: 'Stop reading a body that is too long.',
  },
};
