/** What a person typed or clicked on a page -> the next page, or back to the client. OIDC Core, section 3.1.2.3. */
import { errorPage } from './pages.ts';
import type { Reply, Turn } from './turn.ts';

export function answerInteraction(_turn: Turn): Reply {
  return { draft: { type: 'page', status: 400, html: errorPage('', '') } };
}
