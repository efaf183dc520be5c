"""Many clients at once on one thread: what a login that is refused has to wait for that, and clients that reset."""
import asyncio
import socket
import struct
import time


def login(email, password):
    body = f'{{"email":"{email}","password":"{password}"}}'.encode()
    head = f"POST /api/login/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def _client(port, data, end, times):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < end:
        start = time.perf_counter()
        writer.write(data)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        status = int(head.split()[1])
        times.setdefault(status, []).append((time.perf_counter() - start) * 1e3)
        if status != 200:
            # As Retry-After asks for.
            await asyncio.sleep(float(head.split(b"retry-after:")[1].split(b"\r\n")[0]))
    writer.close()


def logins(port, clients, seconds, email, password):
    """Milliseconds until the answer, by status, of clients that come back when they are told to."""
    times = {}

    async def run():
        end = time.perf_counter() + seconds
        data = login(email, password)
        await asyncio.gather(*[_client(port, data, end, times) for _ in range(clients)])

    asyncio.run(run())
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
