/** Loaded before the demo: a network on which requests to the token endpoint get no answer. */
const { fetch } = globalThis;

globalThis.fetch = (input, init) =>
  String(input).endsWith('/oauth/token') ? Promise.reject(new TypeError('fetch failed')) : fetch(input, init);
