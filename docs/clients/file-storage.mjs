// The storage of a session in a folder, for node; processes may share it.
import { webcrypto } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, unlink } from 'node:fs/promises';

globalThis.crypto ??= webcrypto; // node 18 has it by another name only

/**
 * Each state is a file of its own that is numbered, whole and never changed: of two processes that write the same
 * number, `link` lets one. So nothing is locked, and nothing stays locked by a process that was killed; two processes
 * that refresh at once send the same key and get the same successor.
 */
export async function fileStorage(folder) {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let last = Promise.resolve();

  async function update(change) {
    for (;;) {
      const names = await readdir(folder);
      const number = Math.max(0, ...names.filter(isNumber));
      const draft = `${folder}/${crypto.randomUUID()}`;
      try {
        const now = number ? JSON.parse(await readFile(`${folder}/${number}`, 'utf8')) : null;
        const next = change(now);
        if (next === now) return now;
        await write(draft, JSON.stringify(next));
        await link(draft, `${folder}/${number + 1}`);
        await sync(folder);
        // Drafts are too late now, or their process is dead. Old numbers stay for a while: who is slow must not get one.
        const old = names.filter((name) => !isNumber(name) || name < number - 100);
        for (const name of old) await unlink(`${folder}/${name}`).catch(() => {});
        return next;
      } catch (error) {
        if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error; // else another process was faster
      } finally {
        await unlink(draft).catch(() => {});
      }
    }
  }

  /** One refresh at a time in this process. */
  const alone = (body) => (last = last.catch(() => {}).then(body));
  return { alone, update };
}

const isNumber = (name) => /^\d+$/.test(name);

async function write(path, text) {
  const file = await open(path, 'wx', 0o600);
  await file.writeFile(text);
  await file.sync();
  await file.close();
}

async function sync(folder) {
  const file = await open(folder);
  await file.sync();
  await file.close();
}
