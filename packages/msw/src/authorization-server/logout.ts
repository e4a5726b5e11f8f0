/** Logout request -> nobody is logged in at the server any more. OIDC RP-Initiated Logout 1.0. */
import { errorPage } from './pages.ts';
import type { Reply, Turn } from './turn.ts';

export function logout(_turn: Turn): Reply {
  return { draft: { type: 'page', status: 400, html: errorPage('', '') } };
}
