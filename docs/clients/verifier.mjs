// Verifies Ostiary's access tokens by its public keys, and refuses those of ended sessions; docs/guides/protect-your-api.md
// says how. Needs node 18 and nothing else. `middleware` is for Express and everything of its shape.
import { createPublicKey, verify as verifySignature } from 'node:crypto';
import { hostname, uptime as systemUptime } from 'node:os';

const SKEW = 60, TRANSIT = 10; // seconds that clocks differ, and that a page of the feed may be under way
const ALWAYS = Number.MAX_SAFE_INTEGER; // «issued before» of an entry that refuses every token
const KNOWN = ['ES256', 'RS256', 'EdDSA'];

/** The token is refused: answer 401. `reason` names the rule. */
export class Refused extends Error {
  constructor(reason) { super(`token refused: ${reason}`); this.reason = reason; }
}

/** Nobody can say now: answer 503. A 401 would make the client throw a good token away. */
export class Unavailable extends Error {
  constructor(reason) { super(`verifier unavailable: ${reason}`); this.reason = reason; }
}

export class Verifier {
  #options; #keys = null; #etag; #staleAt = 0; #nextFetch = -Infinity; #fetching; #keysFailed = false;
  #endedAt = -Infinity; #fetchedAt = 0;
  #entries = new Map(); #missingUntil = -1; #forgottenAt; #knownAt; #wasFresh; #said = {};
  #started; #ended = new AbortController(); #heard; #tellHeard;

  /**
   * `issuer` is the `--public-url` of the server, `audience` a list of names of this application. With `clientId` and `secret` of
   * a client that may read the feed, ended sessions are refused; `silence` is 'closed' (Unavailable) or 'open' (accepted) when
   * nothing was heard for `silenceAfter` seconds. The first tokens wait `startTimeout` seconds for the feed.
   *
   * `leeway`: the seconds that the clocks of the server and of this machine may differ. `keysUrl`, `feedUrl`: where the server is
   * reached, if not at `issuer`; `allowPlainText` allows http:// to another machine. `instance`: a stable name of this process for
   * the server, by default that of the host. `timeout`: the seconds for an answer; a poll of the feed has 30 more. `maximumEntries`:
   * the revocations that are kept, beyond which the feed counts as silent. `clock` and `uptime` give seconds, for tests;
   * `uptime` goes on while the machine sleeps.
   */
  constructor({
    issuer, audience, clientId, secret, silence = 'closed', silenceAfter = 90, algorithms = KNOWN, leeway = 30, keysUrl, feedUrl,
    instance = hostname(), allowPlainText = false, timeout = 10, startTimeout = 5, maximumEntries = 2_000_000,
    clock = () => Date.now() / 1000, uptime = systemUptime, log = console.warn,
  }) {
    if (!issuer || !Array.isArray(audience) || !audience.length || !audience.every(Boolean)) {
      throw new TypeError('issuer and a list of audiences are needed');
    }
    if (!['open', 'closed'].includes(silence) || !(silenceAfter > 0) || !algorithms.every((name) => KNOWN.includes(name))) {
      throw new TypeError('silence is open or closed, after some seconds, and algorithms are ES256, RS256 and EdDSA');
    }
    if ((clientId || secret) && ![clientId, secret].every((part) => /^[A-Za-z0-9_-]+$/.test(part ?? ''))) {
      throw new TypeError('clientId and secret consist of A-Z, a-z, 0-9, - and _');
    }
    const base = issuer.replace(/\/+$/, '');
    keysUrl ??= `${base}/.well-known/jwks.json`;
    feedUrl = clientId ? feedUrl ?? `${base}/api/revocations/` : undefined;
    for (const url of [keysUrl, feedUrl]) if (url) checkAddress(url, allowPlainText);
    this.#options = {
      issuer, audience, silence, silenceAfter, algorithms, leeway, keysUrl, feedUrl, timeout, startTimeout, maximumEntries, clock,
      uptime, log, instance: instance.replace(/[^A-Za-z0-9._-]/g, '-').slice(0, 64),
      credentials: Buffer.from(`${clientId}:${secret}`).toString('base64'),
    };
    this.#heard = new Promise((done) => { this.#tellHeard = done; });
  }

  /** The claims of an access token. Throws Refused and Unavailable. */
  async verify(token) {
    this.start();
    const { issuer, audience, leeway, algorithms, feedUrl } = this.#options;
    if (typeof token !== 'string' || token.length > 8192) throw new Refused('malformed');
    const [parts, header] = signed(token, 'at+jwt', algorithms);
    const claims = await this.#payload(parts, header);
    const now = this.#options.clock();
    if (claims.iss !== issuer) throw new Refused('issuer');
    const names = typeof claims.aud === 'string' ? [claims.aud] : claims.aud;
    const areNames = Array.isArray(names) && names.every((name) => typeof name === 'string');
    if (!areNames || !names.some((name) => audience.includes(name))) throw new Refused('audience');
    const begins = ['iat', 'nbf'].filter((name) => Object.hasOwn(claims, name)).map((name) => claims[name]);
    if (!isId(claims.sub) || !isId(claims.sid) || ![claims.exp, ...begins].every(isTime)) throw new Refused('claims');
    if (now >= claims.exp + leeway) throw new Refused('expired');
    if (begins.some((begin) => begin > now + leeway)) throw new Refused('not_yet_valid');
    if (feedUrl) await this.#judge(header.kid, claims.sid, claims.sub, claims.iat ?? 0);
    return claims;
  }

  /** For `app.use`: `req.token` has the claims, and is undefined without a token if that is `optional`. */
  middleware({ optional = false } = {}) {
    return async (req, res, next) => {
      const refuse = (status, header, value, error) => {
        res.statusCode = status;
        res.setHeader(header, value);
        res.setHeader('Content-Type', 'application/json');
        res.end(JSON.stringify({ error }));
      };
      try {
        const words = (req.headers.authorization ?? '').split(/ +/).filter(Boolean);
        if (words[0]?.toLowerCase() !== 'bearer') {
          if (optional) return next();
          return refuse(401, 'WWW-Authenticate', 'Bearer', 'a token is needed');
        }
        if (words.length !== 2) throw new Refused('malformed');
        req.token = await this.verify(words[1]);
      } catch (error) {
        if (error instanceof Unavailable) return refuse(503, 'Retry-After', '5', 'temporarily_unavailable');
        if (!(error instanceof Refused)) return next(error);
        const challenge = `Bearer error="invalid_token", error_description="${error.reason}"`;
        return refuse(401, 'WWW-Authenticate', challenge, 'invalid_token');
      }
      return next();
    };
  }

  /** True if nothing that is revoked is unknown for longer than `silenceAfter`; always without a feed. */
  get isFresh() {
    const { feedUrl, clock, uptime, leeway, silenceAfter } = this.#options;
    if (!feedUrl) return true;
    const isWhole = this.#missingUntil < clock() - leeway - SKEW;
    return this.#knownAt !== undefined && isWhole && uptime() - this.#knownAt <= silenceAfter;
  }

  /** Begins to keep the keys and to follow the feed. `verify` does so at its first use. */
  start() {
    if (this.#started) return;
    this.#started = true;
    this.#keepKeys();
    if (this.#options.feedUrl) this.#follow();
  }

  /** Ends that, and with it what keeps the process alive. */
  stop() { this.#ended.abort(); }

  async #judge(key, session, subject, issued) {
    const { silence, startTimeout } = this.#options;
    if (this.#knownAt === undefined && silence === 'closed') {
      await Promise.race([this.#heard, new Promise((done) => { setTimeout(done, 1000 * startTimeout).unref(); })]);
    }
    if (this.#entries.has(`key ${key}`)) throw new Refused('key_revoked');
    if (this.#entries.has(`session ${session}`)) throw new Refused('session_ended');
    if (issued < (this.#entries.get(`user ${subject}`)?.before ?? 0)) throw new Refused('user_revoked');
    this.#look();
    if (!this.#wasFresh && silence === 'closed') throw new Unavailable('silent');
  }

  /** Says when a silence begins and ends. */
  #look() {
    const isFresh = this.isFresh;
    if (isFresh === this.#wasFresh) return;
    this.#wasFresh = isFresh;
    const fate = this.#options.silence === 'closed' ? 'tokens are refused' : 'ended sessions are accepted';
    this.#options.log(isFresh ? 'feed of revocations is heard' : `feed of revocations is silent: ${fate}`);
  }

  /** Logs a failure once for each reason in a row. */
  #say(what, reason) {
    if (reason && this.#said[what] !== reason) this.#options.log(`${what} failed: ${reason}`);
    this.#said[what] = reason;
  }

  /** The payload of a text, its signature verified by a key of the issuer. An unknown key is fetched `pause` seconds after the last
   * fetch. */
  async #payload(parts, { kid, alg }, pause = 10) {
    const start = this.#options.uptime();
    if (!this.#keys?.has(kid)) await this.#fetchKeys(pause);
    const key = this.#keys?.get(kid);
    if (!key) {
      // A key is published before it signs, so only a token that is younger than the last fetch may be of a new one.
      const mayBeNew = this.#endedAt < start && claimedIat(parts[1]) >= this.#fetchedAt - SKEW;
      throw !this.#keys || this.#keysFailed || mayBeNew ? new Unavailable('no_keys') : new Refused('unknown_key');
    }
    if (key.algorithm !== alg) throw new Refused('algorithm');
    if (!isSignature(key, decoded(parts[2]), Buffer.from(`${parts[0]}.${parts[1]}`))) throw new Refused('signature');
    try {
      return objectOf(decoded(parts[1]));
    } catch {
      throw new Refused('malformed');
    }
  }

  /** Fetches the keys when they are stale; those that are known go on meanwhile. */
  async #keepKeys() {
    while (!this.#ended.signal.aborted) {
      if (this.#options.uptime() >= this.#staleAt) await this.#fetchKeys();
      await this.#sleep(1);
    }
  }

  /** One fetch at a time, and one in ten seconds, whatever key ids are forged. */
  async #fetchKeys(pause = 10) {
    if (!this.#fetching) {
      if (this.#options.uptime() < Math.min(this.#nextFetch, this.#endedAt + pause)) return;
      this.#fetching = this.#tryKeys().finally(() => { this.#fetching = undefined; });
    }
    await this.#fetching;
  }

  async #tryKeys() {
    const { keysUrl, timeout, clock, uptime, algorithms } = this.#options;
    let failure;
    try {
      const headers = { Accept: 'application/jwk-set+json, application/json', ...(this.#etag && { 'If-None-Match': this.#etag }) };
      const { status, fields, body } = await get(keysUrl, headers, timeout, 256 << 10, this.#ended.signal);
      if (status === 200) [this.#keys, this.#etag] = [keySet(body, algorithms), fields.get('etag') ?? undefined];
      else if (status !== 304 || !this.#etag) throw new Error(`status ${status}`);
      const age = /(?:^|,)\s*max-age=(\d{1,9})\s*(?:,|$)/i.exec(fields.get('cache-control') ?? '');
      this.#staleAt = uptime() + (age ? Math.min(86_400, Math.max(30, Number(age[1]))) : 300);
    } catch (error) { // no answer, half of one, or one of something else
      failure = error.cause?.message || error.message || error.name;
    }
    this.#say('fetch of public keys', failure);
    this.#keysFailed = failure !== undefined;
    this.#endedAt = uptime();
    if (!this.#keysFailed) this.#fetchedAt = clock();
    this.#nextFetch = uptime() + (failure && !this.#keys ? 1 : 10);
  }

  /** Reads the feed. A poll is answered as soon as something is revoked, after 30 seconds at the latest. */
  async #follow() {
    const place = { whole: false, more: true };
    let failures = 0;
    while (!this.#ended.signal.aborted) {
      const [start, cursor] = [this.#options.uptime(), place.cursor];
      try {
        const page = await this.#poll(place);
        failures = 0;
        this.#say('feed of revocations');
        // Beside a long transaction of its database a server may send the same again.
        const isNew = page.cursor !== cursor && [page.sessions, page.users, page.keys].some((each) => Object.keys(each).length);
        if (!page.more && !isNew && this.#options.uptime() - start < 0.5) await this.#sleep(0.5);
      } catch (error) { // whatever it is, the feed is silent until the next page
        if (this.#ended.signal.aborted) return;
        this.#say('feed of revocations', error.cause?.message || error.message || error.name);
        this.#look();
        const pause = Math.min(10, 0.2 * 2 ** Math.min(failures, 10)) * (0.5 + Math.random() / 2);
        failures += 1;
        await this.#sleep(Math.max(pause, Math.min(30, error.retryAfter ?? 0)));
      }
    }
  }

  async #poll(place) {
    const { feedUrl, credentials, instance, timeout, algorithms, issuer, clock, uptime } = this.#options;
    const wait = place.cursor === undefined || place.more ? 0 : 30;
    const query = Object.entries({ wait, after: place.cursor, keys: this.#etag, instance })
      .filter(([, value]) => value !== undefined && value !== '').map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    const headers = { Accept: 'application/jwt', Authorization: `Basic ${credentials}` };
    const { status, fields, body } = await get(
      `${feedUrl}?${query.join('&')}`, headers, wait + timeout, 2 << 20, this.#ended.signal);
    if (status === 400 && place.cursor !== undefined) {
      Object.assign(place, { cursor: undefined, whole: false }); // of another database: the whole list has to be read anew
    }
    if (status !== 200) {
      const after = fields.get('retry-after') ?? '';
      throw Object.assign(new Error(`status ${status}`), { retryAfter: /^\d{1,8}$/.test(after) ? Number(after) : 0 });
    }
    const [parts, header] = signed(body.toString('latin1'), 'revocations+jwt', algorithms);
    if (this.#entries.has(`key ${header.kid}`)) throw new Refused('key_revoked');
    const page = checkedPage(await this.#payload(parts, header, 1), issuer);
    if (!page.complete && place.cursor === undefined) throw new Error('a list that does not begin');
    if (page.more && page.cursor === place.cursor) throw new Error('a list without an end');
    this.#merge(page);
    Object.assign(place, { cursor: page.cursor, more: page.more, whole: place.whole || page.complete });
    if (place.whole && !page.more) {
      const age = clock() - page.iat;
      const known = uptime() - (age > TRANSIT + SKEW ? age : 0);
      this.#knownAt = Math.max(known, this.#knownAt ?? known);
      this.#tellHeard();
      this.#look();
    }
    return page;
  }

  /** What was told before stays until its own end: a page that comes again, late or in another order takes nothing away. */
  #merge(page) {
    const { maximumEntries, clock, leeway } = this.#options;
    const end = clock() - leeway - SKEW;
    if (this.#forgottenAt !== Math.floor(end / 60)) {
      this.#forgottenAt = Math.floor(end / 60);
      for (const [name, { until }] of this.#entries) if (until < end) this.#entries.delete(name);
    }
    const add = (name, before, until) => {
      const old = this.#entries.get(name);
      if (old) {
        [old.before, old.until] = [Math.max(old.before, before), Math.max(old.until, until)];
      } else if (this.#entries.size >= maximumEntries) {
        this.#missingUntil = Math.max(this.#missingUntil, until);
        this.#say('room for revocations', `more than ${maximumEntries}, which counts as silence`);
      } else {
        this.#entries.set(name, { before, until });
      }
    };
    for (const [id, until] of Object.entries(page.sessions)) add(`session ${id}`, ALWAYS, until);
    for (const [id, until] of Object.entries(page.keys)) add(`key ${id}`, ALWAYS, until);
    for (const [id, [before, until]] of Object.entries(page.users)) add(`user ${id}`, before, until);
  }

  #sleep(seconds) {
    const { signal } = this.#ended;
    return new Promise((done) => {
      const timer = setTimeout(finish, 1000 * seconds);
      function finish() { clearTimeout(timer); signal.removeEventListener('abort', finish); done(); }
      signal.addEventListener('abort', finish);
    });
  }
}

/** The three parts of a compact JWS and its header. `jku`, `jwk` and `x5u` are not read: the key is the issuer's or none. */
function signed(text, kind, algorithms) {
  const parts = text.split('.');
  let header;
  try {
    if (parts.length !== 3) throw new Error('a compact JWS has three parts');
    header = objectOf(decoded(parts[0]));
    // No header of RFC 7515 has another name.
    if (!Object.keys(header).every((name) => /^[\0-\x7f]*$/.test(name))) throw new Error('a name of other characters');
    decoded(parts[2]);
  } catch {
    throw new Refused('malformed');
  }
  if (Object.hasOwn(header, 'crit')) throw new Refused('crit');
  if (!algorithms.includes(header.alg)) throw new Refused('algorithm');
  if (!isId(header.typ) || ![kind, `application/${kind}`].includes(header.typ.toLowerCase())) throw new Refused('type');
  if (!isId(header.kid)) throw new Refused('unknown_key');
  return [parts, header];
}

/** The `iat` of a payload that nobody has proven; 0 without one. */
function claimedIat(part) {
  try {
    const { iat } = objectOf(decoded(part));
    return isTime(iat) ? iat : 0;
  } catch {
    return 0;
  }
}

/** Base64url in its only spelling: no padding, no other characters, no bits that are lost. */
function decoded(text) {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) throw new Error('no base64url');
  return bytes;
}

/** A JSON object without a member twice, which readers would take differently; 16 levels deep at most. */
function objectOf(bytes) {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  const value = JSON.parse(text);
  if (!isObject(value)) throw new Error('no object');
  const open = [];
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"(?:\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else {
      const string = JSON.parse(token.slice(0, token.lastIndexOf('"') + 1));
      if (/\p{Surrogate}/u.test(string)) throw new Error('half a character');
      if (!token.endsWith(':')) continue;
      const names = open[open.length - 1];
      if (names.has(string)) throw new Error('a member twice');
      names.add(string);
    }
    if (open.length > 16) throw new Error('too deep');
  }
  return value;
}

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
/** A whole number of seconds since 1970, exact in a double. */
const isTime = (value) => Number.isSafeInteger(value) && value >= 0;
/** A text of 1 to 255 visible characters of ASCII. */
const isId = (value) => typeof value === 'string' && /^[!-~]{1,255}$/.test(value);

/** One wrong entry makes the page none: an entry that is passed over would let a token in. */
function checkedPage(page, issuer) {
  const isFine = page.iss === issuer && isTime(page.iat) && typeof page.complete === 'boolean' && typeof page.more === 'boolean'
    && typeof page.cursor === 'string' && /^[!-~]{1,4096}$/.test(page.cursor)
    && [page.sessions, page.keys, page.users].every(isObject)
    && [page.sessions, page.keys].every((each) => Object.values(each).every(isTime))
    && Object.values(page.users).every((times) => Array.isArray(times) && times.length === 2 && times.every(isTime));
  if (!isFine) throw new Refused('claims');
  return page;
}

function keySet(body, algorithms) {
  const { keys } = objectOf(body);
  if (!Array.isArray(keys) || keys.length > 100) throw new Error('no set of keys');
  const known = new Map();
  for (const jwk of keys) {
    try {
      const key = publicKey(jwk);
      if (algorithms.includes(key.algorithm) && !known.has(jwk.kid)) known.set(jwk.kid, key);
    } catch { /* a key of another kind is none of ours */ }
  }
  return known;
}

/** A point that is not on the curve is refused by node, a short modulus here. */
function publicKey(jwk) {
  const number = (name, shortest, longest) => {
    const bytes = decoded(jwk[name]);
    if (bytes.length < shortest || bytes.length > longest) throw new Error(name);
    return bytes;
  };
  const kind = `${jwk.kty} ${jwk.crv}`;
  const { kty, crv, x, y, n, e } = jwk;
  let algorithm, members;
  if (kind === 'EC P-256') {
    [algorithm, members] = ['ES256', { kty, crv, x, y }];
    for (const name of ['x', 'y']) number(name, 32, 32);
  } else if (kind === 'OKP Ed25519') {
    [algorithm, members] = ['EdDSA', { kty, crv, x }];
    number('x', 32, 32);
  } else if (kind === 'RSA undefined') {
    [algorithm, members] = ['RS256', { kty, n, e }];
    const [modulus, exponent] = [number('n', 256, 1024), number('e', 1, 4)];
    const isWeak = !modulus[0] || !exponent[0] || (modulus.length === 256 && modulus[0] < 128)
      || !(exponent[exponent.length - 1] & 1) || (exponent.length === 1 && exponent[0] === 1);
    if (isWeak) throw new Error('weak');
  } else {
    throw new Error('another kind');
  }
  const isOurs = isId(jwk.kid) && (jwk.use ?? 'sig') === 'sig' && (jwk.alg ?? algorithm) === algorithm
    && (jwk.key_ops ?? ['verify']).includes('verify');
  if (!isOurs) throw new Error('for something else');
  return { algorithm, key: createPublicKey({ key: members, format: 'jwk' }) };
}

function isSignature({ algorithm, key }, signature, data) {
  if (algorithm === 'RS256') return verifySignature('sha256', data, key, signature);
  if (signature.length !== 64) return false;
  if (algorithm === 'EdDSA') return verifySignature(null, data, key, signature);
  return verifySignature('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

/** Status, fields and bytes of an answer, whole and not too large. */
async function get(url, headers, timeout, maximum, ended) {
  const limit = new AbortController();
  const stop = () => limit.abort(new Error('too slow, or stopped'));
  const timer = setTimeout(stop, 1000 * timeout);
  ended.addEventListener('abort', stop);
  try {
    const answer = await fetch(url, { headers, redirect: 'manual', signal: limit.signal });
    const parts = [];
    let size = 0;
    for await (const part of answer.body ?? []) {
      size += part.length;
      if (size > maximum) throw new Error('the answer is too large');
      parts.push(part);
    }
    return { status: answer.status, fields: answer.headers, body: Buffer.concat(parts) };
  } finally {
    clearTimeout(timer);
    ended.removeEventListener('abort', stop);
  }
}

function checkAddress(url, allowPlainText) {
  const { protocol, hostname: host, username, search, hash } = new URL(url);
  const isLocal = ['localhost', '[::1]'].includes(host) || /^127(\.\d{1,3}){3}$/.test(host);
  if (!['http:', 'https:'].includes(protocol) || username || search || hash) {
    throw new TypeError('an address is like https://id.example.com');
  }
  if (protocol === 'http:' && !isLocal && !allowPlainText) {
    throw new TypeError('by http:// anybody on the way to another machine could forge tokens: take https, or set allowPlainText');
  }
}
