"""Many clients at once on one thread: what a login that is refused has to wait for that, and clients that reset."""
import heapq
import select
import socket
import struct
import time


def login(email, password):
    body = f'{{"email":"{email}","password":"{password}"}}'.encode()
    head = f"POST /api/login/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class _Client:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setblocking(False)
        self.received, self.since = b"", 0.0

    def answer(self):
        """Status and seconds to wait, once the answer is whole."""
        self.received += self.socket.recv(65_536)
        if not self.received:
            raise SystemExit("the server closed a connection")
        head, end, body = self.received.partition(b"\r\n\r\n")
        if not end:
            return None
        head = head.lower()
        if len(body) < int(head.split(b"content-length:")[1].split(b"\r\n")[0]):
            return None
        status = int(head.split(None, 2)[1])
        return status, 0 if status == 200 else float(head.split(b"retry-after:")[1].split(b"\r\n")[0])


def logins(port, clients, seconds, email, password):
    """Milliseconds until the answer, by status, of clients that come back when they are told to.

    Little is done for each answer, or the clients would measure themselves.
    """
    times, data, poll = {}, login(email, password), select.epoll()
    crowd = {client.socket.fileno(): client for client in [_Client(port) for _ in range(clients)]}
    for descriptor in crowd:
        poll.register(descriptor, select.EPOLLIN)
    due = [(0.0, descriptor) for descriptor in crowd]
    end = time.perf_counter() + seconds
    while (now := time.perf_counter()) < end:
        while due and due[0][0] <= now:
            client = crowd[heapq.heappop(due)[1]]
            client.received, client.since = b"", time.perf_counter()
            client.socket.send(data)
        for descriptor, _ in poll.poll(max(0, min(end, due[0][0] if due else end) - time.perf_counter())):
            told = time.perf_counter()
            client = crowd[descriptor]
            if (answer := client.answer()) is None:
                continue
            status, wait = answer
            times.setdefault(status, []).append((told - client.since) * 1e3)
            heapq.heappush(due, (told + wait, descriptor))
    for client in crowd.values():
        client.socket.close()
    return times


def resets(port, clients, seconds, email, password):
    """Clients that send a login and reset the connection, again and again."""
    data = login(email, password)
    end = time.perf_counter() + seconds
    count = 0
    while time.perf_counter() < end:
        batch = []
        for _ in range(clients):
            client = socket.create_connection(("127.0.0.1", port))
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.sendall(data)
            batch.append(client)
        time.sleep(0.02)
        for client in batch:
            client.close()
        count += len(batch)
    return count
