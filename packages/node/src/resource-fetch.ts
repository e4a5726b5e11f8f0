/** Call of an API -> the same call with an Authorization header, by Node's fetch. RFC 6750, section 2.1. */
import type { ResourceFetch } from '@proofkey/client';

/** Takes what `fetch` takes. On a redirect to another origin Node's fetch drops the header. Fetch, section 4.4. */
export const resourceFetch: ResourceFetch = {
  prepare(input, init) {
    const request = new Request(...([input, init] as ConstructorParameters<typeof Request>));
    return {
      url: request.url,
      method: request.method,
      send(authorization) {
        const headers = new Headers(request.headers);
        headers.set('authorization', authorization);
        return fetch(request, { headers });
      },
    };
  },
};
