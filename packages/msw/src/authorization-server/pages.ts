/** What a person sees at the server: pages without scripts, that work with a keyboard and a screen reader. WCAG 2.2. */
import { escaped, layout, named } from './pages.layout.ts';

export interface LoginPage {
  /** Where the form goes, with POST. */
  readonly action: string;
  readonly clientName: string;
  /** What already stands in the field for the user name. */
  readonly username?: string;
  /** Nobody has a password here, so that any is right. */
  readonly anyPassword?: boolean;
  /** Why the last try did not work. */
  readonly problem?: string;
}

export interface ConsentPage {
  readonly action: string;
  readonly clientName: string;
  /** Who is logged in. */
  readonly userName: string;
  readonly scope: readonly string[];
  readonly audience?: string;
}

type Fields = Readonly<Record<string, string>>;

const hidden = (fields: Fields): string =>
  Object.entries(fields)
    .map(([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`)
    .join('\n');

const NOTE = 'This is a test server: never type a password here that is used elsewhere.';

/**
 * Asks who is there.
 *
 * A problem takes the focus to the field and is its description, because a screen reader says nothing of an alert that
 * a page already has when it opens.
 */
export function loginPage({ action, clientName, username = '', anyPassword = false, problem }: LoginPage): string {
  const described = [...(problem === undefined ? [] : ['problem']), ...(anyPassword ? ['any-password'] : [])];
  const wrong = problem === undefined ? '' : ' aria-invalid="true"';
  const describedBy = described.length === 0 ? '' : ` aria-describedby="${described.join(' ')}"`;
  const inside = `${problem === undefined ? '' : `<p class="wrong" id="problem" role="alert">${escaped(problem)}</p>\n`}
<p>${named(clientName)} asks who you are.</p>
<form method="post" action="${escaped(action)}">
<label for="username">User name</label>
<input id="username" name="username" value="${escaped(username)}" autocomplete="username" autocapitalize="none"
spellcheck="false" required${wrong}${problem === undefined ? '' : ' aria-describedby="problem"'}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password"${wrong}${describedBy}${
    problem === undefined ? '' : ' autofocus'
  }>
${anyPassword ? '<p id="any-password">Any password is right, or none.</p>\n' : ''}<button class="first">Log in</button>
</form>
<p class="note">${NOTE}</p>`;
  return layout('Log in', inside, problem === undefined ? '' : 'Error: ');
}

/** What the scopes of OpenID Connect let a client do. OIDC Core, sections 5.4 and 11. */
const MEANINGS: Fields = {
  openid: 'know who you are',
  profile: 'see your name and your profile',
  email: 'see your e-mail address',
  address: 'see your postal address',
  phone: 'see your phone number',
  offline_access: 'keep its access after you have left',
};

const meaningOf = (scope: string): string =>
  (Object.hasOwn(MEANINGS, scope) ? MEANINGS[scope] : undefined) ?? `use ${named(scope)}`;

/** Asks whether a client may have what it wants. */
export function consentPage({ action, clientName, userName, scope, audience }: ConsentPage): string {
  const wanted = scope.map((one) => `<li>${meaningOf(one)}</li>`).join('\n');
  const inside = `<p>You are ${named(userName)}.</p>
${wanted === '' ? `<p>${named(clientName)} wants to act for you.</p>` : `<p>${named(clientName)} wants to:</p>`}
${wanted === '' ? '' : `<ul>\n${wanted}\n</ul>\n`}${audience === undefined ? '' : `<p>At ${named(audience)}.</p>\n`}
<form method="post" action="${escaped(action)}">
<button class="first" name="answer" value="agree">I agree</button>
<button name="answer" value="refuse">No</button>
</form>`;
  return layout('Do you agree?', inside);
}

/** What is where, for a person who looks around. */
export function homePage(issuer: string, endpoints: readonly (readonly [name: string, url: string])[]): string {
  const items = endpoints.map(([name, url]) => `<li>${escaped(name)}: <code>${escaped(url)}</code></li>`).join('\n');
  return layout(
    'Test login server',
    `<p>Its issuer is <code>${escaped(issuer)}</code>. It keeps everything in memory.</p>\n<ul>\n${items}\n</ul>`,
  );
}

/** Tells a person what a redirect can not tell the client. RFC 6749, section 4.1.2.1. */
export const errorPage = (error: string, sentence: string): string =>
  layout(
    'This does not work',
    `<p>${escaped(sentence)}</p>\n<p>Error code: <code>${escaped(error)}</code></p>`,
    'Error: ',
  );

/**
 * The answer to a client, as a form. OAuth 2.0 Form Post Response Mode.
 *
 * The person sends it. Real servers mostly have a script that does; here no page has one, so that all of them work in a
 * browser without, and the policy of the pages forbids every script.
 */
export function formPostPage(to: string, parameters: Fields): string {
  const inside = `<p>Go on to the application.</p>
<form method="post" action="${escaped(to)}">
${hidden(parameters)}
<button class="first">Continue</button>
</form>`;
  return layout('Almost there', inside);
}

/** @param parameters those of the logout request, for when the person has answered */
export function logoutPage(action: string, parameters: Fields): string {
  const inside = `<p>Then this browser has to log in again at every application of this server.</p>
<form method="post" action="${escaped(action)}">
${hidden(parameters)}
<button class="first" name="answer" value="agree">Log out</button>
<button name="answer" value="refuse">Stay logged in</button>
</form>`;
  return layout('Do you want to log out?', inside);
}

export const loggedOutPage = (): string =>
  layout('You are logged out', '<p>You can close this window, or go back to the application.</p>');

export const stillLoggedInPage = (): string =>
  layout('You are still logged in', '<p>You can close this window, or go back to the application.</p>');
