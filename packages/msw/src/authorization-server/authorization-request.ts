/** Authorization request -> whether it is sound; then the person decides. RFC 6749, section 4.1.1; OIDC Core, 3.1.2. */
import { type Asked, textOf } from './asked.ts';
import { continueLogin, errorCallback } from './authorization.ts';
import { carelessness } from './carelessness.ts';
import { sessionOf } from './cookies.ts';
import { claimsIn } from './jwt.ts';
import { type MisuseCode, type MisuseFacts, misuseOf } from './misuse.ts';
import { errorPage } from './pages.ts';
import { listOf, type Parameters, repeatedIn, speakable, valuesOf } from './parameters.ts';
import { isRegistered, isSoundRedirectUri } from './redirect-uri.ts';
import { clientOf, type ServerSettings } from './settings.ts';
import type { ServerState, SoundRequest } from './state.ts';
import { believed } from './trap.ts';
import type { Reply, Turn } from './turn.ts';

/** What is wrong with a request that a redirect can still tell the client. */
type Wrong = { readonly error: string; readonly description: string; readonly misuse?: MisuseCode };

export function authorize(turn: Turn): Reply {
  const parameters = turn.method === 'POST' ? turn.form : turn.query;
  const { state, step } = turn;
  // Which of two is meant, nobody can say: neither may be redirected to.
  const [ambiguous] = (['client_id', 'redirect_uri'] as const).filter((one) => valuesOf<Asked>(parameters, one)[1]);
  if (ambiguous) {
    const misuse = misuseOf('parameter_repeated', { step, name: ambiguous });
    return { ...refusedOnAPage('invalid_request', `The ${ambiguous} is there more than once.`), misuses: [misuse] };
  }
  const clientId = textOf(parameters, 'client_id');
  if (clientId === undefined) return refusedOnAPage('invalid_request', 'The client_id is missing.');
  const client = clientOf(state.settings, clientId);
  if (client === undefined) return refusedOnAPage('invalid_client', 'No client has this client_id.');
  const redirectUri = textOf(parameters, 'redirect_uri') ?? onlyOne(client.redirectUris);
  if (redirectUri === undefined) return refusedOnAPage('invalid_request', 'The redirect_uri is missing.');
  if (!isSoundRedirectUri(redirectUri))
    return refusedOnAPage('invalid_request', 'This redirect_uri can not be used.', 'redirect_uri_unsound', step);
  if (!isRegistered(redirectUri, client.redirectUris, turn.rules.loopbackPortFree))
    return refusedOnAPage(
      'invalid_request',
      'This redirect_uri is not registered.',
      'redirect_uri_not_registered',
      step,
    );

  const login = state.logins + 1;
  const request = soundRequest(turn, parameters, login, redirectUri);
  const { metadataTrap, ...trapless } = state;
  const misuses = [...believed(turn, metadataTrap), ...carelessness(turn, request, parameters)];
  const begun: ServerState = { ...trapless, logins: login };
  const told = (wrong: Wrong): Reply => {
    const own = wrong.misuse === undefined ? [] : [misuseOf(wrong.misuse, factsOf(turn, parameters))];
    return {
      draft: errorCallback(turn, request, wrong.error, wrong.description),
      state: begun,
      login,
      misuses: [...own, ...misuses],
    };
  };
  const wrong = wrongIn(turn, parameters, request);
  if (wrong !== undefined) return told(wrong);
  const reply = continueLogin({ ...turn, state: begun }, request, sessionOf(turn));
  return { ...reply, login, misuses: [...misuses, ...(reply.misuses ?? [])] };
}

const onlyOne = (list: readonly string[] | undefined): string | undefined => (list?.length === 1 ? list[0] : undefined);

/** Who shows an error on a page never redirects: the redirect URI may be an attacker's. RFC 6749, section 4.1.2.1. */
function refusedOnAPage(error: string, sentence: string, misuse?: MisuseCode, step = 0): Reply {
  const draft = { type: 'page', status: 400, html: errorPage(error, sentence) } as const;
  return { draft, ...(misuse && { misuses: [misuseOf(misuse, { step })] }) };
}

function soundRequest(turn: Turn, parameters: Parameters, login: number, redirectUri: string): SoundRequest {
  const text = (name: Extract<keyof Asked, string>): string | undefined => textOf(parameters, name);
  const mode = text('response_mode');
  const resources = valuesOf<Asked>(parameters, 'resource');
  const [acr] = listOf(text('acr_values'));
  const optional = {
    audience: text('audience') ?? resources[0],
    resources: resources.length > 1 ? resources : undefined,
    state: text('state'),
    nonce: text('nonce'),
    codeChallenge: text('code_challenge'),
    codeChallengeMethod: text('code_challenge_method'),
    maxAge: numberOf(text('max_age')),
    loginHint: text('login_hint'),
    subHint: hintedSubject(turn.state.settings, text('client_id'), text('id_token_hint')),
    acr,
  };
  const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return {
    login,
    step: turn.step,
    clientId: text('client_id') ?? '',
    redirectUri,
    redirectUriSent: text('redirect_uri') !== undefined,
    responseMode: mode !== undefined && turn.rules.responseModes.includes(mode) ? mode : 'query',
    scope: listOf(text('scope')),
    prompt: listOf(text('prompt')),
    ...(given as Partial<SoundRequest>),
  };
}

/** Seconds are digits, nothing else. */
const numberOf = (text: string | undefined): number | undefined =>
  /^\d{1,10}$/.test(text ?? '') ? Number(text) : undefined;

/** Who an ID Token of this server for this client names; an expired one will do. OIDC Core, section 3.1.2.2. */
function hintedSubject({ issuer }: ServerSettings, clientId = '', hint?: string): string | undefined {
  const { iss, aud, sub } = claimsIn(hint) ?? {};
  return iss === issuer && [aud].flat().includes(clientId) && typeof sub === 'string' ? sub : undefined;
}

const factsOf = (turn: Turn, parameters: Parameters): MisuseFacts => {
  const name = repeatedIn(parameters);
  return { step: turn.step, ...(name !== undefined && { name: speakable(name) }) };
};

const CHALLENGE = /^[A-Za-z0-9_-]{43}$/;
const MODES = ['query', 'fragment', 'form_post'];
/** OIDC Core, section 3.1.2.1; Initiating User Registration 1.0. */
const PROMPTS = ['none', 'login', 'consent', 'select_account', 'create'];

/** The first thing that is wrong with a request, in the order in which servers look. */
function wrongIn(turn: Turn, parameters: Parameters, request: SoundRequest): Wrong | undefined {
  const text = (name: Extract<keyof Asked, string>): string | undefined => textOf(parameters, name);
  const invalid = (description: string, misuse?: MisuseCode): Wrong => ({
    error: 'invalid_request',
    description,
    ...(misuse && { misuse }),
  });
  const repeated = repeatedIn(parameters);
  if (repeated !== undefined)
    return invalid(`the parameter ${speakable(repeated)} is there more than once`, 'parameter_repeated');
  if (text('request') !== undefined) return { error: 'request_not_supported', description: 'request objects are not' };
  if (text('request_uri') !== undefined)
    return { error: 'request_uri_not_supported', description: 'request objects are not' };
  const type = text('response_type');
  if (type === undefined) return invalid('response_type is missing');
  if (type !== 'code') return { error: 'unsupported_response_type', description: 'only code is' };
  const mode = text('response_mode');
  if (mode !== undefined && !MODES.includes(mode)) return invalid('response_mode is unknown');
  const pkce = wrongPkce(turn, request, invalid);
  if (pkce !== undefined) return pkce;
  const { prompt, nonce, scope, audience, resources = [] } = request;
  if (prompt.includes('none') && prompt.length > 1) return invalid('prompt=none stands alone');
  if (!prompt.every((one) => PROMPTS.includes(one))) return invalid('prompt is unknown');
  if (text('max_age') !== undefined && request.maxAge === undefined) return invalid('max_age is no number of seconds');
  if (text('id_token_hint') !== undefined && request.subHint === undefined)
    return invalid('id_token_hint is no ID Token of this server for this client');
  if (turn.rules.nonceRequired && scope.includes('openid') && nonce === undefined) return invalid('nonce is missing');
  const { audiences } = turn.state.settings;
  const unknown = [audience ?? [], resources].flat().some((one) => audiences !== 'any' && !audiences.includes(one));
  if (unknown) return { error: 'invalid_target', description: 'no API has this name' };
  return undefined;
}

function wrongPkce(
  { rules }: Turn,
  { codeChallenge, codeChallengeMethod }: SoundRequest,
  invalid: (description: string, misuse: MisuseCode) => Wrong,
): Wrong | undefined {
  if (codeChallenge === undefined)
    return rules.pkceRequired ? invalid('code_challenge is missing', 'pkce_missing') : undefined;
  if (codeChallengeMethod !== 'S256')
    return rules.plainAccepted ? undefined : invalid('code_challenge_method has to be S256', 'pkce_plain');
  return CHALLENGE.test(codeChallenge)
    ? undefined
    : invalid('code_challenge is no S256 challenge', 'code_challenge_malformed');
}
