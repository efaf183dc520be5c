// The storage of a session that all tabs of a browser share.

export function tabStorage(name = 'session') {
  const lock = (name, body) => (navigator.locks ? navigator.locks.request(name, body) : body());
  return {
    alone: (body) => lock(`${name} refresh`, body),
    update: (change) => lock(name, async () => {
      const now = JSON.parse(localStorage.getItem(name));
      const next = change(now);
      if (next !== now) localStorage.setItem(name, JSON.stringify(next));
      return next;
    }),
  };
}
