// Requests to a server that uses the middleware of docs/clients/verifier.mjs: `web.mjs CLIENTS CONFIGURATION HEADERS`.
// Prints a JSON list for each path: status, body, `WWW-Authenticate` and `Retry-After` for each `Authorization` header.
import { createServer } from 'node:http';

const [clients, configuration, headers] = process.argv.slice(2);
const { Verifier } = await import(`${clients}/verifier.mjs`);
const verifier = new Verifier({ ...JSON.parse(configuration), log: () => {} });
const middleware = { '/anybody': verifier.middleware({ optional: true }), '/members': verifier.middleware() };

const server = createServer((req, res) => {
  middleware[req.url](req, res, (error) => {
    if (error) throw error;
    res.end(JSON.stringify({ sub: req.token?.sub ?? null }));
  });
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const results = {};
for (const path of Object.keys(middleware)) {
  results[path.slice(1)] = [];
  for (const header of JSON.parse(headers)) {
    const answer = await fetch(`http://127.0.0.1:${server.address().port}${path}`, { headers: header === null ? {} : { authorization: header } });
    const fields = ['www-authenticate', 'retry-after'].map((name) => answer.headers.get(name));
    results[path.slice(1)].push([answer.status, await answer.json(), ...fields]);
  }
}
console.log(JSON.stringify(results));
process.exit();
