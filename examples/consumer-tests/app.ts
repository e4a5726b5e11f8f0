import { createNodeClient, isProofkeyError } from '@proofkey/node';

export interface Surroundings {
  issuer: string;
  openBrowser: (url: string) => unknown;
  /** Seconds that the person has. */
  timeLimit?: number;
}

/** A program that greets whoever logs in. */
export function createApp(surroundings: Surroundings) {
  const auth = createNodeClient({
    ...surroundings,
    clientId: 'my-cli',
    scope: ['openid', 'profile', 'email'],
    apis: ['https://api.example.com'],
    terminal: false,
  });

  return {
    async greet(): Promise<string> {
      try {
        const { user } = await auth.login();
        return `Hello ${user?.name}`;
      } catch (error) {
        if (isProofkeyError(error, 'authorization_refused')) return 'Nobody logged in.';
        if (isProofkeyError(error, 'redirect_timeout')) return 'Nobody came back.';
        if (isProofkeyError(error, 'token_request_refused')) return 'That took too long. Please try again.';
        throw error;
      }
    },
    async email(): Promise<unknown> {
      return (await auth.userinfo()).email;
    },
    async contacts(): Promise<unknown> {
      const response = await auth.fetch('https://api.example.com/contacts');
      return response.json();
    },
  };
}
