"""A server, written from docs/protocol.md: server.py HOST:PORT|unix:PATH [little|big]."""

import socket
import struct
import sys

REQUEST, RESPONSE, REQUESTER_UPDATE, RESPONDER_UPDATE, STREAM = range(5)
ERROR, MAX_BODY = -1, 8192
ECHO, COUNT, FAIL, JOB, HOLD, RELEASE, TALLY, CALL_BACK = range(1, 9)
COUNTED, RUNNING, STOP, SAMPLE = 10, 11, 20, 30


class Connection:
    def __init__(self, socket, stream, order):
        self.socket, self.stream = socket, stream
        self.head = struct.Struct({"little": "<", "big": ">"}[order] + "IIIi")
        self.open = {}  # Their requests: the service and the body.
        self.asked = {}  # Our requests: which of theirs waits for it.
        self.next_id = self.samples = 0

    def send(self, type, request_id, service_id, body=b""):
        head = self.head.pack(12 + len(body), type, request_id, service_id)
        self.socket.sendall(head + body)

    def respond(self, request_id, body, service_id=None):
        own_id, _ = self.open.pop(request_id)
        self.send(RESPONSE, request_id, service_id or own_id, body)

    def run(self):
        """Serves until the end, and tells how it ended."""
        while head := self.stream.read(16):
            if len(head) < 16:
                return "cut off"
            length, type, request_id, service_id = self.head.unpack(head)
            if not 12 <= length <= 12 + MAX_BODY or type > STREAM:
                return f"bad message: length {length}, type {type}"
            body = self.stream.read(length - 12)
            if len(body) < length - 12:
                return "cut off"
            self.handle(type, request_id, service_id, body)
        for request_id in list(self.open):
            self.respond(request_id, b"the connection has ended", ERROR)
        return "clean end"

    def handle(self, type, request_id, service_id, body):
        if type == REQUEST and request_id not in self.open:
            self.open[request_id] = service_id, body
            self.serve(request_id, service_id, body)
        elif type == RESPONSE and request_id in self.asked:
            self.respond(self.asked.pop(request_id), b"you said: " + body)
        elif type == REQUESTER_UPDATE and service_id == STOP and request_id in self.open:
            self.respond(request_id, b"stopped: " + body)
        elif type == STREAM and service_id == SAMPLE:
            self.samples += 1
        else:
            print(f"dropped: type {type}, request {request_id}", flush=True)

    def serve(self, request_id, service, body):
        if service == ECHO:
            self.respond(request_id, body)
        elif service == COUNT:
            for i in range(int(body)):
                self.send(RESPONDER_UPDATE, request_id, COUNTED, str(i + 1).encode())
            self.respond(request_id, b"counted to " + body)
        elif service == JOB:
            self.send(RESPONDER_UPDATE, request_id, RUNNING, body)
        elif service == RELEASE:
            for held in [key for key in self.open if self.open[key][0] == HOLD][::-1]:
                self.respond(held, self.open[held][1] + b" was held")
            self.respond(request_id, b"released")
        elif service == TALLY:
            self.respond(request_id, str(self.samples).encode())
        elif service == CALL_BACK:
            self.asked[self.next_id] = request_id
            self.send(REQUEST, self.next_id, ECHO, body)
            self.next_id = (self.next_id + 1) % 2**32
        elif service != HOLD:
            self.respond(request_id, body if service == FAIL else b"no such service", ERROR)


address, order = (sys.argv + ["little"])[1:3]
if address.startswith("unix:"):
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(address[len("unix:"):])
    listener.listen()
else:
    host, port = address.rsplit(":", 1)
    listener = socket.create_server((host, int(port)))
    address = "%s:%d" % listener.getsockname()[:2]
print(f"Listening on {address}", flush=True)
while True:
    connection, _ = listener.accept()
    # The file's read() gives as many bytes as it is asked for, or the last ones.
    with connection, connection.makefile("rb") as stream:
        try:
            print(Connection(connection, stream, order).run(), flush=True)
        except ConnectionError:
            print("cut off", flush=True)
