// A session with Ostiary, for browsers (with tab-storage.mjs) and node (with file-storage.mjs); docs/features/sessions.md
// says why. A storage has two methods: `update` stores what `change` makes of the stored pair, and answers it, in one
// durable step; `alone` runs one refresh at a time.

/** There is no session, or none any more: ask for the password. */
export class SignedOut extends Error {}

export class Session {
  #url; #storage; #tries; #pause; #timeout;

  /** `pause` is the longest wait after the first try, `timeout` that for an answer; in milliseconds. */
  constructor(url, storage, { tries = 6, pause = 500, timeout = 10_000 } = {}) {
    [this.#url, this.#storage, this.#tries, this.#pause, this.#timeout] = [url, storage, tries, pause, timeout];
  }

  async login(email, password) {
    const answer = await this.#send('POST', '/api/login/', { email, password });
    if (answer.status !== 200) throw new SignedOut(`the login was answered ${answer.status}`);
    const held = received(await answer.json());
    await this.#storage.update(() => held);
  }

  /** Throws when the server could not be told: the session is still there. */
  async logout() {
    const { refresh_token } = await this.#held();
    const { status } = await this.#send('POST', '/api/logout/', { refresh_token });
    if (status !== 200 && status !== 400) throw new Error(`the logout was answered ${status}`);
    await this.#storage.update(() => null);
  }

  /** A `Response`. Only the caller knows what may be sent again when there is none. */
  async request(method, path, body) {
    const send = (token) => this.#send(method, path, body, { Authorization: `Bearer ${token}` });
    const { access_token } = await this.#held();
    const answer = await send(access_token);
    return answer.status === 401 ? send(await this.refresh(access_token)) : answer;
  }

  /** An access token other than the refused one. */
  async refresh(refused) {
    let cause, wait;
    for (let attempt = 0; attempt < this.#tries; attempt++) {
      if (attempt) await sleep(Math.min(60_000, Math.max(wait, Math.random() * this.#pause * 2 ** (attempt - 1))));
      wait = 0;
      try {
        const { access_token } = await this.#storage.alone(async () => {
          const held = await this.#held();
          if (held.access_token !== refused) return held;
          const { refresh_token, key } = held;
          const answer = await this.#send('POST', '/api/refresh/', { refresh_token }, { 'Idempotency-Key': key });
          wait = 1000 * answer.headers.get('Retry-After') || 0;
          const body = await answer.json();
          const isOver = answer.status === 400 && body.error === 'Invalid refresh token';
          if (answer.status !== 200 && !isOver) throw new Error(`a refresh was answered ${answer.status}`);
          const next = isOver ? null : received(body);
          await this.#storage.update((now) => (now?.refresh_token === refresh_token ? next : now));
          return this.#held();
        });
        return access_token;
      } catch (error) {
        if (error instanceof SignedOut) throw error;
        cause = error;
      }
    }
    throw new Error('no answer to a refresh; the session is kept', { cause });
  }

  async #held() {
    const held = await this.#storage.update((now) => now);
    if (!held) throw new SignedOut();
    return held;
  }

  #send(method, path, body, headers) {
    return fetch(this.#url + path, {
      method, headers: { 'Content-Type': 'application/json', ...headers }, body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(this.#timeout),
    });
  }
}

function received({ access_token, refresh_token }) {
  if (!access_token || !refresh_token) throw new Error('an answer without tokens');
  return { access_token, refresh_token, key: crypto.randomUUID() + crypto.randomUUID() };
}

const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
