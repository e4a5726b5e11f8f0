/** A login server -> msw handlers that answer in its place, of msw 2 and 3. */
import { type HttpHandler, HttpResponse, http } from 'msw';
import type { Engine } from './engine.ts';
import { addressesOf, readRequest, responseOf } from './exchange.ts';

/** One for all methods and endpoints: which they are, the server knows best. CORS preflight requests are among them. */
export const handlersOf = (engine: Engine): readonly HttpHandler[] => [
  http.all(addressesOf(engine.state.settings.issuer), async ({ request }) => {
    const response = await engine.respond(await readRequest(request));
    if (response.lost) return HttpResponse.error();
    return responseOf(response, request.method, HttpResponse);
  }),
];
