/** An attack, made on the wire or by the person -> who refused it, and why. RFC 9700, section 2. */
import { plans } from './attacks.ts';
import type { Attack, DemoOptions } from './options.ts';
import { limitsOf, type Stage } from './run.ts';
import * as site from './site.ts';
import { Steps, watched } from './steps.ts';
import { startWire } from './wire.ts';

/** @throws Error when the attack was not refused by those who must, and as they must */
export async function runBreak(
  { say }: Stage,
  attack: Attack,
  options: DemoOptions = {},
  { createClient, startServer }: site.World = site.world,
): Promise<void> {
  const plan = plans[attack]();
  const steps = new Steps(watched, say);
  const seen: string[] = [];
  const see: site.See = (event) => {
    seen.push(event.name);
    steps.see(event);
  };
  const wire = await startWire(plan.tamper, plan.forge);
  const { server, api, close } = await site.startSite(see, startServer, { issuer: wire.origin });
  try {
    wire.forwardTo(server.origin);
    say(`A login server runs behind ${wire.origin}, an API on ${api.origin}.`);
    say(`The attack: ${plan.attack}`);
    say('');
    const visit = site.visitBy((url) =>
      site.comeBack(server, url, async (callback) => plan.beforeCallback?.(callback, say) ?? callback),
    );
    const client = createClient({
      issuer: server.issuer,
      clientId: server.clientId,
      scope: site.SCOPE,
      apis: [api.origin],
      onStep: (step) => see(site.seenIn(step)),
      openBrowser: visit.openBrowser,
      terminal: site.silence(),
      timeLimit: site.SCRIPT_LIMIT,
      ...limitsOf(options),
    });
    await plan.outcome({ say, wire, steps, client, api: api.origin, visit, seen });
  } finally {
    await Promise.all([close(), wire.close()]);
  }
}
