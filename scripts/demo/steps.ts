/** Events of the application, the server and the API -> the eleven steps, a line each as it happens. RFC 7636, 1.1. */

/** One thing that was seen: who saw it and what, such as `app request_sent code_exchange`. */
export type Seen = {
  readonly name: string;
  /** Names of what it carried, never values. */
  readonly parameters?: readonly string[];
  readonly method?: string;
  readonly url?: string;
  /** Of a signature. */
  readonly alg?: string;
};

export type Rule = {
  readonly name: string;
  /** The step that fails when this event does not come. */
  readonly step: number;
  /** Names without which the event proves nothing. */
  readonly carries?: readonly string[];
  /** What is said when it comes; an event may be needed for a step without being the end of it. */
  readonly says?: (seen: Seen) => readonly string[];
  /** A person may reload a page; nothing else may happen twice. */
  readonly again?: true;
};

const line = (step: number | '', who: string, what: string): string => `${`${step}`.padEnd(4)}${who.padEnd(22)}${what}`;
const pathOf = ({ url }: Seen): string => new URL(url ?? 'about:blank').pathname;
const says = (step: number, who: string, what: (seen: Seen) => string): Pick<Rule, 'step' | 'says'> => ({
  step,
  says: (seen) => [line(step, who, what(seen))],
});

const begin: readonly Rule[] = [
  { name: 'app login_started', ...says(1, 'User → App', () => 'clicks Login') },
  { name: 'app transaction_saved', ...says(2, 'App', () => 'makes a code_verifier and its code_challenge') },
  {
    name: 'app user_agent_opened',
    carries: ['code_challenge', 'code_challenge_method'],
    ...says(3, 'App → Login server', (seen) => `sends the browser to ${pathOf(seen)} with the code_challenge`),
  },
];

const exchange: Rule = {
  name: 'app request_sent code_exchange',
  carries: ['code', 'code_verifier'],
  ...says(7, 'App → Login server', (seen) => `sends the code and the code_verifier to ${pathOf(seen)}`),
};

/** Nobody is logged in before the ID Token is known to be the server's. OpenID Connect Core, section 3.1.3.7. */
const checked: readonly Rule[] = [
  {
    name: 'app request_sent key_set',
    step: 9,
    says: (seen) => [line('', 'App → Login server', `asks for the key set: ${seen.method} ${pathOf(seen)}`)],
  },
  { name: 'app response_received key_set 200', step: 9 },
  {
    name: 'app signature_checked true',
    step: 9,
    says: ({ alg }) => [line('', 'App', `checks the signature of the ID Token: ${alg}, a key of that set, valid`)],
  },
  { name: 'app logged_in', step: 9 },
];

const call = (purpose: 'api' | 'userinfo', between: readonly Rule[]): readonly Rule[] => [
  {
    name: `app request_sent ${purpose}`,
    ...says(10, 'App → API', (seen) => `calls ${seen.method} ${pathOf(seen)} with the access token`),
  },
  ...between,
  { name: `app response_received ${purpose} 200`, ...says(11, 'API → App', () => 'answers with the data') },
];

/** At the server of the demo, where everything can be seen. */
export const watched: readonly Rule[] = [
  ...begin,
  { name: 'server interaction.started login', step: 4, again: true },
  { name: 'server login_page.shown', again: true, ...says(4, 'Login server → User', () => 'shows its login page') },
  { name: 'server login_page.accepted', step: 5 },
  { name: 'server consent_page.agreed', ...says(5, 'User → Login server', () => 'logs in and agrees') },
  { name: 'server authorization.success', carries: ['code'], step: 6 },
  {
    name: 'app callback_received',
    ...says(6, 'Login server → App', () => 'keeps the code_challenge and redirects back with a code'),
  },
  exchange,
  {
    name: 'server grant.success',
    carries: ['access_token', 'id_token', 'refresh_token'],
    ...says(8, 'Login server', () => 'checks the code_verifier against the code_challenge'),
  },
  {
    name: 'app response_received code_exchange 200',
    ...says(9, 'Login server → App', () => 'answers with an ID Token, an access token, a refresh token'),
  },
  ...checked,
  ...call('api', [{ name: 'api call_accepted', step: 10 }]),
];

/** At somebody else's server, what happens inside is known only by what comes out. */
export const unwatched: readonly Rule[] = [
  ...begin,
  {
    name: 'app callback_received',
    step: 6,
    says: () => [
      line(4, 'Login server → User', 'shows its login page, if it has to (known by its result)'),
      line(5, 'User → Login server', 'logs in and agrees, if asked to (known by its result)'),
      line(6, 'Login server → App', 'redirects back'),
    ],
  },
  exchange,
  {
    name: 'app response_received code_exchange 200',
    step: 9,
    says: () => [
      line(8, 'Login server', 'checks the code_verifier (known by its result)'),
      line(9, 'Login server → App', 'answers with the tokens'),
    ],
  },
  ...checked,
  ...call('userinfo', []),
];

/** Each rule once and in order, or the first thing that was not so. */
export class Steps {
  readonly #rules: readonly Rule[];
  readonly #say: (line: string) => void;
  #next = 0;
  #problem: string | undefined;

  constructor(rules: readonly Rule[], say: (line: string) => void) {
    this.#rules = rules;
    this.#say = say;
  }

  /** What no rule asks for, such as a request for metadata, may happen at any time. */
  see(seen: Seen): void {
    const at = this.#rules.findIndex(({ name }) => name === seen.name);
    const rule = this.#rules[at];
    if (rule === undefined || this.#problem !== undefined) return;
    if (at < this.#next && rule.again) return;
    this.#problem = this.#wrongWith(rule, at, seen);
    if (this.#problem !== undefined) return;
    this.#next++;
    for (const text of rule.says?.(seen) ?? []) this.#say(text);
  }

  #wrongWith(rule: Rule, at: number, { parameters = [] }: Seen): string | undefined {
    if (at < this.#next) return problem(rule, 'happened twice');
    const expected = this.#rules[this.#next];
    if (expected !== rule) return problem(expected ?? rule, `did not happen before "${rule.name}"`);
    const lacking = rule.carries?.filter((name) => !parameters.includes(name)) ?? [];
    return lacking.length > 0 ? problem(rule, `came without ${lacking.join(' and ')}`) : undefined;
  }

  /** @throws Error that names the step, when one is missing, came twice or came too early */
  finish(): void {
    const missing = this.#rules[this.#next];
    if (missing !== undefined) this.#problem ??= problem(missing, 'did not happen');
    if (this.#problem !== undefined) throw new Error(this.#problem);
  }
}

const problem = ({ step, name }: Rule, why: string): string => `Step ${step} went wrong: "${name}" ${why}.`;
