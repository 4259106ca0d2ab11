"""A client, written from docs/protocol.md: client.py HOST:PORT|unix:PATH [little|big].

It goes through the services of server.py and prints what comes.
"""

import socket
import struct
import sys

REQUEST, RESPONSE, REQUESTER_UPDATE, RESPONDER_UPDATE, STREAM = range(5)
ERROR, MAX_BODY = -1, 8192
ECHO, COUNT, FAIL, JOB, HOLD, RELEASE, TALLY, CALL_BACK = range(1, 9)
STOP, SAMPLE = 20, 30


class Client:
    def __init__(self, address, order):
        if address.startswith("unix:"):
            self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.socket.connect(address[len("unix:"):])
        else:
            host, port = address.rsplit(":", 1)
            self.socket = socket.create_connection((host.strip("[]"), int(port)))
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Its read() gives as many bytes as it is asked for, or the last ones.
        self.stream = self.socket.makefile("rb")
        self.head = struct.Struct({"little": "<", "big": ">"}[order] + "IIIi")
        self.next_id = 0
        self.open = set()
        self.responses = {}

    def send(self, type, request_id, service_id, body=b""):
        head = self.head.pack(12 + len(body), type, request_id, service_id)
        self.socket.sendall(head + body)

    def receive(self):
        """Takes one message to where it belongs; false at a clean end."""
        head = self.stream.read(16)
        if not head:
            return False
        assert len(head) == 16, "cut off inside a header"
        length, type, request_id, service_id = self.head.unpack(head)
        assert 12 <= length <= 12 + MAX_BODY, f"bad length {length}"
        assert type <= STREAM, f"unknown type {type}"
        body = self.stream.read(length - 12)
        assert len(body) == length - 12, "cut off inside a body"
        if type == REQUEST and service_id == ECHO:
            self.send(RESPONSE, request_id, service_id, body)
        elif type == REQUEST:
            self.send(RESPONSE, request_id, ERROR, b"no such service")
        elif type == RESPONSE and request_id in self.open:
            self.open.remove(request_id)
            self.responses[request_id] = service_id, body
            print(f"{request_id}: {'error' if service_id == ERROR else 'response'}")
        elif type == RESPONDER_UPDATE and request_id in self.open:
            print(f"{request_id}: update {service_id}: {body.decode()}")
            if service_id == 11:  # The job runs.
                self.send(REQUESTER_UPDATE, request_id, STOP, b"enough")
        elif type == STREAM:
            print(f"stream message {service_id}: {body.decode()}")
        else:
            print(f"{request_id}: nothing of this id is open (type {type})")
        return True

    def request(self, service_id, text=""):
        request_id, self.next_id = self.next_id, (self.next_id + 1) % 2**32
        self.open.add(request_id)
        self.send(REQUEST, request_id, service_id, text.encode())
        return request_id

    def response(self, request_id):
        while request_id not in self.responses:
            assert self.receive(), "the other side has ended"
        return self.responses.pop(request_id)[1].decode()


client = Client(*(sys.argv + ["little"])[1:3])
for service, text in [(ECHO, "Hello World!"), (ECHO, ""), (COUNT, "3"), (FAIL, "zażółć"),
                      (99, ""), (JOB, "expose"), (CALL_BACK, "who is there?")]:
    print(client.response(client.request(service, text)))
print(len(client.response(client.request(ECHO, "x" * MAX_BODY))))
held = [client.request(service, text) for service, text in
        [(HOLD, "a"), (HOLD, "b"), (HOLD, "c"), (RELEASE, "")]]
print(*[client.response(request_id) for request_id in held])
for value in range(5):
    client.send(STREAM, 0, SAMPLE, str(value).encode())
last = client.request(TALLY)
client.socket.shutdown(socket.SHUT_WR)  # What is open is still answered.
print(client.response(last))
print("unexpected message" if client.receive() else "clean end")
