import { createNodeClient } from '@proofkey/node';

const auth = createNodeClient({
  issuer: 'https://login.example.com/',
  clientId: 'my-cli',
  scope: ['openid', 'profile'],
  apis: ['https://api.example.com'],
  app: 'my-cli',
});
const started = await auth.start();
const { user } = started.status === 'logged_in' ? started : await auth.login();
console.log(`Hello ${user?.name}`);
const response = await auth.fetch('https://api.example.com/contacts');
console.log(await response.json());
