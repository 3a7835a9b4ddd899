// An identity provider of its own process (`oidc-provider`), whose sign-in page believes every name and any password.
// Arguments: the URL of Tokenry. It prints its issuer once it listens.
//
// `grace` is grace@example.com; a name that begins with `boss` is in the group `bosses`, everybody in `staff`.
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const [tokenry] = process.argv.slice(2);
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'tokenry',
        client_secret: 'a secret of both',
        redirect_uris: [`${tokenry}/sign-in/acme/callback`],
        post_logout_redirect_uris: [`${tokenry}/sign-in`],
      },
    ],
    claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'], groups: ['groups'] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        name: `${id.charAt(0).toUpperCase()}${id.slice(1)} Hopper`,
        email: `${id}@example.com`,
        email_verified: true,
        groups: id.startsWith('boss') ? ['staff', 'bosses'] : ['staff'],
      }),
    }),
  });
  server.on('request', provider.callback());
  console.log(`issuer ${issuer}`);
});
