"""A writer of Django that goes on while somebody else changes the schema, and tells how long it had to wait."""
import random
import threading
import time


class Writer(threading.Thread):
    """Changes one account every few milliseconds, as a request to Django would, and keeps how long each change took."""

    def __init__(self, engine, database, users):
        super().__init__()
        self.engine, self.database, self.users = engine, database, users
        self.done, self.writes, self.error = threading.Event(), [], None

    def run(self):
        connection = self.engine.connect(self.database)
        statement = "UPDATE auth_api_customuser SET username = {0} WHERE id = {0}".format(self.engine.sign)
        while not self.done.wait(0.004):
            begin = time.perf_counter()
            try:
                connection.execute(statement, ("x", random.randint(1, self.users)))
            except Exception as error:
                self.error = error
                break
            finally:
                self.writes.append((begin, time.perf_counter()))
        connection.close()

    def longest(self, begin, end):
        """Seconds of the longest write of those that were under way between two moments."""
        return max((until - since for since, until in self.writes if until >= begin and since <= end), default=0)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.join()
        if self.error:
            raise SystemExit(f"a write of Django failed after {self.writes[-1][1] - self.writes[-1][0]:.1f} s: {self.error}")
