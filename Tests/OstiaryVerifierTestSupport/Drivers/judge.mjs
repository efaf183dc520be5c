// What the tests ask of docs/clients/verifier.mjs, over a unix socket: `judge.mjs CLIENTS SOCKET CONFIGURATION`.
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

const [clients, path, configuration] = process.argv.slice(2);
const { Verifier, Refused, Unavailable } = await import(`${clients}/verifier.mjs`);

const lines = [];
let ahead = 0;
const judge = new Verifier({
  ...JSON.parse(configuration), log: (line) => lines.push(line),
  clock: () => Date.now() / 1000 + ahead, uptime: () => performance.now() / 1000 + ahead,
});

async function answer(command, argument) {
  if (command === 'judge') {
    try {
      return `ok ${(await judge.verify(Buffer.from(argument ?? '', 'base64').toString())).sub}`;
    } catch (error) {
      if (error instanceof Refused) return `refused ${error.reason}`;
      if (error instanceof Unavailable) return `unavailable ${error.reason}`;
      throw error;
    }
  }
  if (command === 'advance') {
    ahead += Number(argument);
    return 'done';
  }
  if (command === 'fresh') {
    judge.start();
    return `${judge.isFresh}`;
  }
  return JSON.stringify(lines);
}

createServer(async (connection) => {
  for await (const line of createInterface({ input: connection })) connection.write(`${await answer(...line.split(' '))}\n`);
  process.exit();
}).listen(path);
