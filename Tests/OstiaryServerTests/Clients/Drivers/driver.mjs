// What ClientTests asks of docs/clients/session.mjs: `driver.mjs CLIENTS URL STORAGE TIMEOUT COMMAND [ARGUMENT]…`.
const [clients, url, path, timeout, command, ...words] = process.argv.slice(2);
const { Session, SignedOut } = await import(`${clients}/session.mjs`);
const { fileStorage } = await import(`${clients}/file-storage.mjs`);

const open = (storage, timeout) => new Session(url, storage, { tries: 4, pause: 20, timeout: 1000 * timeout });

async function refresh(session, count) {
  let token;
  for (let done = 0; done < count;) {
    try {
      token = await session.refresh(token);
      if ((await session.request('GET', '/api/me/')).status === 200) {
        done += 1;
        console.log('refreshed');
      }
    } catch (error) {
      if (error instanceof SignedOut) throw error;
    }
  }
}

/** A browser with two tabs: its `localStorage`, and its locks if it has them. */
async function browse(locks, count, email, password) {
  const stored = new Map();
  globalThis.localStorage = { getItem: (name) => stored.get(name) ?? null, setItem: (name, text) => stored.set(name, text) };
  const turns = new Map();
  const request = (name, body) => {
    const turn = (turns.get(name) ?? Promise.resolve()).then(body);
    turns.set(name, turn.catch(() => {}));
    return turn;
  };
  Object.defineProperty(globalThis, 'navigator', { value: locks === 'locks' ? { locks: { request } } : {} });
  const { tabStorage } = await import(`${clients}/tab-storage.mjs`);
  while (!stored.size) await open(tabStorage(), 20).login(email, password).catch(() => {});
  await Promise.all([0, 1].map(() => refresh(open(tabStorage(), timeout), count)));
}

/** Adds one so many times, two tasks at once. */
async function count(storage, times) {
  const add = async () => {
    for (let done = 0; done < times; done++) await storage.update((now) => ({ sum: (now?.sum ?? 0) + 1 }));
  };
  await Promise.all([add(), add()]);
  console.log((await storage.update((now) => now)).sum);
}

try {
  if (command === 'tabs') {
    await browse(...words);
  } else if (command === 'count') {
    await count(await fileStorage(path), words[0]);
  } else {
    const session = open(await fileStorage(path), timeout);
    if (command === 'login') await session.login(...words);
    if (command === 'refresh') await refresh(session, words[0]);
    if (command === 'me') console.log((await session.request('GET', '/api/me/')).status);
    if (command === 'logout') await session.logout();
  }
} catch (error) {
  if (!(error instanceof SignedOut)) throw error;
  console.log('signed out');
}
process.exit(); // without waiting for kept connections
