/** The fixed part of `client.ts`: request -> answer, read by its status. The runtime file is synchronous. */
export const SEND: string = `
/** Sends one request. Whoever calls \`createApi\` says how. */
export type Transport = (request: HttpRequest) => Promise<HttpResponse>;

/** Where the server is: its base URL, and the URLs of operations that are elsewhere. */
export type Server =
  | string
  | { readonly base: string; readonly urls?: { readonly [name in keyof typeof operations]?: string | undefined } };

/** A documented answer with a 2xx status. */
export type ApiSuccess<Status, T> = {
  readonly ok: true;
  readonly status: Status;
  readonly value: T;
  readonly response: HttpResponse;
};
/** Any other answer. \`at\` is there if the body was refused: it names the member that is missing or wrong. */
export type ApiFailure<E> = {
  readonly ok: false;
  readonly status: number;
  readonly error?: E;
  readonly at?: string;
  readonly response: HttpResponse;
};

/** How the body of an answer is read: not at all, as text, or as JSON by this function. */
type ReadAnswer = 'nothing' | 'text' | ((value: unknown) => Read<unknown>);
type Answers = { readonly [status: string]: ReadAnswer };

const readBody = (body: string, reader: ReadAnswer): Read<unknown> => {
  if (typeof reader === 'string') return { ok: true, value: reader === 'text' ? body : undefined };
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { ok: false, at: '' };
  }
  return reader(value);
};

const send = async (transport: Transport, request: HttpRequest, answers: Answers): Promise<unknown> => {
  const response = await transport(request);
  const { status } = response;
  const range = Math.floor(status / 100);
  const reader = answers[status] ?? answers[\`\${range}XX\`] ?? answers['default'];
  if (reader === undefined) return { ok: false, status, response };
  const result = readBody(response.body, reader);
  if (!result.ok) return { ok: false, status, at: result.at, response };
  if (range === 2) return { ok: true, status, value: result.value, response };
  const failure = { ok: false, status, response };
  return result.value === undefined ? failure : { ...failure, error: result.value };
};
`.trimStart();
