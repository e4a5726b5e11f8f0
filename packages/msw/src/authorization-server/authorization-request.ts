/** Authorization request -> whether it is sound; then the person decides. RFC 6749, section 4.1.1; OIDC Core, 3.1.2. */
import { type Asked, textOf } from './asked.ts';
import { continueLogin, errorCallback } from './authorization.ts';
import { carelessness, seenOf } from './carelessness.ts';
import { sessionOf } from './cookies.ts';
import { errorPageDraft } from './draft.ts';
import { claimsIn } from './jwt.ts';
import { type Misuse, type MisuseCode, type MisuseFacts, misuseOf } from './misuse.ts';
import { isScope, listOf, type Parameters, repeatedIn, speakable, valuesOf } from './parameters.ts';
import { isRegistered, isSoundRedirectUri } from './redirect-uri.ts';
import { unknownClient } from './refuse.ts';
import { apisOf, isResource } from './resource.ts';
import { clientOf, type ServerSettings } from './settings.ts';
import { appended, LIMITS, type ServerState, type SoundRequest } from './state.ts';
import { believed, metadataTrapOf } from './trap.ts';
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
    return refusedOnAPage('invalid_request', `The ${ambiguous} is there more than once.`, misuse);
  }
  const clientId = textOf(parameters, 'client_id');
  if (clientId === undefined) return refusedOnAPage('invalid_request', 'The client_id is missing.');
  const client = clientOf(state.settings, clientId);
  if (client === undefined)
    return refusedOnAPage('invalid_client', 'No client has this client_id.', unknownClient(turn));
  // With openid it may not be left out. OIDC Core, section 3.1.2.1.
  const usual = listOf(textOf(parameters, 'scope')).includes('openid') ? undefined : onlyOne(client.redirectUris);
  const redirectUri = textOf(parameters, 'redirect_uri') ?? usual;
  if (redirectUri === undefined) return refusedOnAPage('invalid_request', 'The redirect_uri is missing.');
  const unusable = (sentence: string, code: MisuseCode): Reply =>
    refusedOnAPage('invalid_request', sentence, misuseOf(code, { step }));
  if (!isSoundRedirectUri(redirectUri)) return unusable('This redirect_uri can not be used.', 'redirect_uri_unsound');
  if (!isRegistered(redirectUri, client.redirectUris, turn.rules.loopbackPortFree))
    return unusable('This redirect_uri is not registered.', 'redirect_uri_not_registered');

  const login = state.logins + 1;
  const request = soundRequest(turn, parameters, login, redirectUri);
  const misuses = [...believed(turn, metadataTrapOf(state)), ...carelessness(turn, request, parameters)];
  const { metadataTrap: _, ...trapless } = state;
  const requests = appended(state.requests, seenOf(request), LIMITS.requests);
  const begun: ServerState = { ...trapless, logins: login, requests };
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
  return { ...reply, state: reply.state ?? begun, login, misuses: [...misuses, ...(reply.misuses ?? [])] };
}

const onlyOne = (list: readonly string[] | undefined): string | undefined => (list?.length === 1 ? list[0] : undefined);

/** Who shows an error on a page never redirects: the redirect URI may be an attacker's. RFC 6749, section 4.1.2.1. */
const refusedOnAPage = (error: string, sentence: string, misuse?: Misuse): Reply => ({
  draft: errorPageDraft(400, error, sentence),
  ...(misuse && { misuses: [misuse] }),
});

function soundRequest(turn: Turn, parameters: Parameters, login: number, redirectUri: string): SoundRequest {
  const text = (name: Extract<keyof Asked, string>): string | undefined => textOf(parameters, name);
  const mode = text('response_mode');
  const resources = valuesOf<Asked>(parameters, 'resource');
  const [acr] = listOf(text('acr_values'));
  const audience = text('audience') ?? resources[0];
  const optional = {
    audience,
    resources: resources.some((one) => one !== audience) ? resources : undefined,
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
  if (text('registration') !== undefined)
    return { error: 'registration_not_supported', description: 'clients are registered beforehand' };
  const type = text('response_type');
  if (type === undefined) return invalid('response_type is missing');
  if (type !== 'code') return { error: 'unsupported_response_type', description: 'only code is' };
  const mode = text('response_mode');
  if (mode !== undefined && !MODES.includes(mode)) return invalid('response_mode is unknown');
  const pkce = wrongPkce(turn, request, invalid);
  if (pkce !== undefined) return pkce;
  const { prompt, nonce, scope } = request;
  if (!isScope(text('scope') ?? '')) return { error: 'invalid_scope', description: 'a scope has an odd character' };
  if (prompt.includes('none') && prompt.length > 1) return invalid('prompt=none stands alone');
  if (!prompt.every((one) => PROMPTS.includes(one))) return invalid('prompt is unknown');
  if (text('max_age') !== undefined && request.maxAge === undefined) return invalid('max_age is no number of seconds');
  if (text('id_token_hint') !== undefined && request.subHint === undefined)
    return invalid('id_token_hint is no ID Token of this server for this client', 'id_token_hint_wrong');
  if (turn.rules.nonceRequired && scope.includes('openid') && nonce === undefined) return invalid('nonce is missing');
  const { audiences } = turn.state.settings;
  if (!valuesOf<Asked>(parameters, 'resource').every(isResource))
    return { error: 'invalid_target', description: 'resource is an absolute URI without a fragment' };
  if (audiences !== 'any' && !apisOf(request).every((one) => audiences.includes(one)))
    return { error: 'invalid_target', description: 'no API has this name' };
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
