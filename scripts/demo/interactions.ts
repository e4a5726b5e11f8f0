/** A login under way at the server -> a login page, a consent page, and what the person answers. OIDC Core, 3.1.2.3. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';

export type Account = {
  readonly accountId: string;
  readonly password: string;
  readonly claims: { readonly name: string; readonly email: string };
};

const PATH = /^\/interaction\/[\w-]+$/;

export const interactionPath = (uid: string): string => `/interaction/${uid}`;

export type Pages = {
  readonly provider: Provider;
  readonly account: Account;
  /** Does the login page already hold the name and the password? */
  readonly prefilled: boolean;
};

/** @returns true when the request was for one of these pages, and has been answered */
export async function answerInteraction(
  pages: Pages,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (!PATH.test(request.url ?? '')) return false;
  if (request.method === 'POST') await submit(pages, request, response);
  else await show(pages, request, response);
  return true;
}

async function show(
  { provider, account, prefilled }: Pages,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { prompt, params } = await provider.interactionDetails(request, response);
  if (prompt.name === 'login') {
    const [login, password] = prefilled ? [value(account.accountId), value(account.password)] : ['', ''];
    page(
      response,
      'Log in',
      `<label>User name <input name="login" autocomplete="username" required${login}></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required${password}></label>
<button name="answer" value="log_in">Log in</button>`,
    );
    provider.emit('login_page.shown');
  } else {
    page(
      response,
      'Do you agree?',
      `<p>${escaped(String(params['client_id']))} asks for: ${escaped(String(params['scope']))}</p>
<button name="answer" value="agree">I agree</button> <button name="answer" value="refuse">No</button>`,
    );
  }
}

async function submit({ provider, account }: Pages, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const form = new URLSearchParams(await bodyOf(request));
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
  if (prompt.name === 'login') {
    const right = form.get('login') === account.accountId && same(form.get('password') ?? '', account.password);
    if (!right) return page(response, 'That was not right', '<a href="">Try again</a>', 401);
    provider.emit('login_page.accepted');
    const result = { login: { accountId: account.accountId } };
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }
  if (form.get('answer') !== 'agree') {
    const result = { error: 'access_denied', error_description: 'The person did not agree.' };
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }
  provider.emit('consent_page.agreed');
  const present = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  const of = { accountId: session?.accountId ?? '', clientId: String(params['client_id']) };
  const grant = present ?? new provider.Grant(of);
  const { missingOIDCScope, missingOIDCClaims, missingResourceScopes } = prompt.details;
  if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(' '));
  if (missingOIDCClaims) grant.addOIDCClaims(missingOIDCClaims);
  for (const [indicator, scope] of Object.entries(missingResourceScopes ?? {})) {
    grant.addResourceScope(indicator, scope.join(' '));
  }
  const result = { consent: { grantId: await grant.save() } };
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
}

/** Far more than these two forms ever hold. */
const FORM_LIMIT = 4096;

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > FORM_LIMIT) throw new Error('the form is too large');
  }
  return body;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const same = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const value = (text: string): string => ` value="${escaped(text)}"`;

function page(response: ServerResponse, title: string, form: string, status = 200): void {
  response
    .writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
    })
    .end(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title></head>
<body><main><h1>${title}</h1><form method="post">${form}</form></main></body></html>
`);
}
