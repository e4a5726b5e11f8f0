/** A way of attacking, played -> what is wrong with its end. Nothing is, when the client withstood it. */
import { isDeepStrictEqual } from 'node:util';
import type { Played, Variant } from './case.ts';
import { heardOutside } from './outside.ts';
import { deliver, follow } from './person.ts';
import { leaksIn, secretsIn, textOf, tokensIn, viewsOf } from './secrets.ts';
import { type Begun, type Careless, openStage, type Stage } from './stage.ts';
import type { Exchange } from './wire.ts';

export type Verdict = { readonly name: string; readonly outcome: string; readonly wrongs: readonly string[] };

export type PlayOptions = {
  readonly careless?: Careless;
  /** Seconds that an attack may take: those of a request of the Node.js transport, and of the callback before it. */
  readonly deadline?: number;
};

const DEADLINE = 15;
const HANGS = 'hangs';

/** Before each attack somebody is logged in, and another login waits; after it both have to be well. */
export async function play(
  variant: Variant,
  { careless, deadline = variant.deadline ?? DEADLINE }: PlayOptions = {},
): Promise<Verdict> {
  const stage = await openStage(careless);
  try {
    await logIn(await stage.begin());
    const waiting = await stage.begin();
    const { played, wrongs } = await heardOutside(() => attacked(stage, variant, deadline));
    wrongs.push(...(await harmIn(stage, waiting)));
    if (played.outcome !== HANGS) wrongs.push(...((await played.afterwards?.()) ?? []));
    wrongs.push(...misused(stage, variant), ...leaks(stage));
    return { name: variant.name, outcome: played.outcome, wrongs };
  } finally {
    await stage.close();
  }
}

async function logIn({ url, outcome }: Begun): Promise<unknown> {
  const [end] = await Promise.all([outcome, deliver(await follow(url))]);
  return end;
}

async function attacked(stage: Stage, variant: Variant, deadline: number) {
  const [mark, sessionBefore] = [stage.wire.exchanges.length, contentOf(stage.sessions.entries)];
  const played = await limited(variant.play(stage), deadline);
  const wrongs = [...(played.wrongs ?? [])];
  const since = stage.wire.exchanges.slice(mark);
  if (played.outcome !== variant.outcome) wrongs.push(`ends with ${played.outcome} instead of ${variant.outcome}`);
  wrongs.push(...unasked(since, variant), ...heardByAttacker(stage, variant));
  if (!variant.accepted) {
    if (!isDeepStrictEqual(contentOf(stage.sessions.entries), sessionBefore)) wrongs.push('the session is another one');
    if (stored(stage, tokensIn(since))) wrongs.push('a token of the hostile answer is stored or shown');
  }
  if (stored(stage, variant.never ?? [])) wrongs.push("the attacker's value is stored or shown");
  if (Object.hasOwn(Object.prototype, 'polluted')) wrongs.push('a prototype is polluted');
  stage.turn();
  return { played, wrongs };
}

const contentOf = (entries: ReadonlyMap<string, string>): readonly (readonly [string, string])[] => [...entries];

async function limited(task: Promise<Played>, seconds: number): Promise<Played> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Played>((resolve) => {
    timer = setTimeout(() => resolve({ outcome: HANGS }), seconds * 1000);
  });
  // What comes after the deadline is nobody's business any more.
  task.catch(() => {});
  try {
    return await Promise.race([task, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The browser asks `authorize`; all else comes from the client. */
function unasked(since: readonly Exchange[], { asks }: Variant): readonly string[] {
  const left = [...asks];
  const wrongs: string[] = [];
  for (const { place } of since) {
    if (place === 'authorize') continue;
    const at = left.indexOf(place);
    if (at < 0) wrongs.push(`asks for ${place}, once too often`);
    else left.splice(at, 1);
  }
  // Keys and metadata may be known already; a code that has to be sent is sent.
  if (left.includes('token')) wrongs.push('does not ask for a token');
  return wrongs;
}

function heardByAttacker({ attacker }: Stage, { attackerHears = 0 }: Variant): readonly string[] {
  const { length } = attacker.exchanges;
  const sent = attacker.exchanges.map(textOf).join('\n');
  return [
    ...(length === attackerHears ? [] : [`the attacker's server is asked ${length} times`]),
    ...(/Bearer |code_verifier|refresh_token=/.test(sent) ? ["the attacker's server gets a secret"] : []),
  ];
}

/** Is one of these where the application or another process finds it? */
function stored({ clients, transactions, sessions }: Stage, values: Iterable<string>): boolean {
  const snapshots = clients().map((client) => JSON.stringify(client.getSnapshot()));
  const texts = [...transactions.entries.values(), ...sessions.entries.values(), ...snapshots];
  // A short one is a word, and only a value of its own counts.
  const inJson = (value: string): string => (value.length < 8 ? `"${value}"` : JSON.stringify(value).slice(1, -1));
  return [...values].some((value) => texts.some((text) => text.includes(inJson(value))));
}

/** The session from before still reads userinfo, and the login from before still completes. */
async function harmIn(stage: Stage, waiting: Begun): Promise<readonly string[]> {
  const wrongs: string[] = [];
  const { client } = stage;
  if ((await stage.codeOf(client.userinfo(), 'ok')) !== 'ok') wrongs.push('the session does not work any more');
  if (!(await completes(waiting))) wrongs.push('the other login can not be completed any more');
  return wrongs;
}

/** The person comes back from an honest server. */
export async function completes(begun: Begun): Promise<boolean> {
  // A login that has failed has no listener any more, and so the browser finds nobody.
  const { status } = await deliver(await follow(begun.url));
  if (status !== 303) return false;
  const end = await begun.outcome.catch(() => undefined);
  return (end as { readonly status?: unknown } | undefined)?.status === 'logged_in';
}

/** What only the server sees, such as the use of what it gave away to be refused. */
const misused = ({ as }: Stage, { misuses = [] }: Variant): readonly string[] =>
  as.misuses.filter(({ code }) => !misuses.includes(code)).map(({ code }) => `the server saw ${code}`);

/** Nothing that crossed the wire, or lies in a store, is in what an application logs or a person sees. */
function leaks({ wire, attacker, transactions, sessions, errors, steps, pages, printed }: Stage): readonly string[] {
  const crossed = [...wire.exchanges, ...attacker.exchanges].map(textOf);
  const secrets = secretsIn(...crossed, ...transactions.entries.values(), ...sessions.entries.values());
  const places: Readonly<Record<string, string>> = {
    'an error': errors.map(viewsOf).join('\n'),
    'a step': steps.map(viewsOf).join('\n'),
    'what is printed': printed(),
    'a page': pages.join('\n'),
  };
  const wrongs = Object.entries(places).filter(([, text]) => leaksIn(text, secrets) > 0);
  if (secrets.size === 0) return ['there are no secrets to look for'];
  return wrongs.map(([place]) => `a secret is in ${place}`);
}
