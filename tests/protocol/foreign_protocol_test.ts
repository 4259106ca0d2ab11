import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { MessageDecoderStream, RpcError } from "../../protocol/mod.ts";
import {
  assertFatal,
  type Bytes,
  decoderOf,
  FEEDS,
  frameOf,
  messageOf,
} from "./support.ts";

const encoder = new TextEncoder();

function hex(text: string): Bytes {
  return Uint8Array.fromHex(text.replaceAll(" ", ""));
}

/** What other programs send first, and what the error has to say: what it is, what to do. */
const FOREIGN: readonly (readonly [string, Bytes, RegExp, RegExp])[] = [
  [
    "an HTTP request",
    encoder.encode("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
    /HTTP request, "GET \/ HTTP\/1.1/,
    /other side has to connect by tcp:\/\//,
  ],
  [
    "an HTTP request of another method",
    encoder.encode("POST /upload/of/something HTTP/1.1\r\nHost: x\r\n\r\n"),
    /HTTP request, "POST \/upload/,
    /other side has to connect by tcp:\/\//,
  ],
  [
    "an HTTP response",
    encoder.encode("HTTP/1.1 400 Bad Request\r\n\r\n"),
    /HTTP response, "HTTP\/1.1 400/,
    /this side has connected to a web server/,
  ],
  [
    "the preface of HTTP/2",
    encoder.encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    /HTTP\/2/,
    /other side has to connect by tcp:\/\//,
  ],
  [
    "the SETTINGS of an HTTP/2 server",
    hex("00 00 06 04 00 00 00 00 00 00 03 00 00 00 64"),
    /HTTP\/2/,
    /this side has connected to a web server/,
  ],
  [
    "empty SETTINGS of HTTP/2 and a GOAWAY",
    hex("00 00 00 04 00 00 00 00 00 00 00 08 07 00 00 00 00 00 00 00 00 00"),
    /HTTP\/2/,
    /this side has connected to a web server/,
  ],
  [
    "a TLS ClientHello",
    hex("16 03 01 02 00 01 00 01 fc 03 03 00 00 00 00 00 00 00 00 00"),
    /TLS ClientHello/,
    /tcp:\/\/ instead of tls:\/\/.*accept by tls:\/\/, with bind of .*\/transports\/tls$/,
  ],
  [
    "a TLS ServerHello",
    hex("16 03 03 00 7a 02 00 00 76 03 03 00 00 00 00 00 00 00 00 00"),
    /TLS ServerHello/,
    /this side has to connect by tls:\/\/, with connect of .*\/transports\/tls/,
  ],
  [
    "a TLS alert",
    hex("15 03 03 00 02 02 32"),
    /TLS alert/,
    /this side has to connect by tls:\/\/, with connect of .*\/transports\/tls/,
  ],
  [
    "the banner of SSH",
    encoder.encode("SSH-2.0-OpenSSH_9.2p1\r\n"),
    /SSH, "SSH-2.0-OpenSS/,
    /that port is an SSH server's/,
  ],
  [
    "a banner of SSH that is shorter than the head of a frame",
    encoder.encode("SSH-2.0-Go\r\n"),
    /SSH, "SSH-2.0-Go"/,
    /that port is an SSH server's/,
  ],
  [
    "a line of text",
    encoder.encode("220 mail.example.com ESMTP\r\n"),
    /text, "220 mail.example/,
    /tcp:\/\/ or unix:/,
  ],
  [
    "a short line of text",
    encoder.encode("hello\r\n"),
    /text, "hello"/,
    /tcp:\/\/ or unix:/,
  ],
  [
    "text beyond ASCII",
    encoder.encode("Grüße vom Drucker\r\n"),
    /text, "Grüße vom Druc/,
    /tcp:\/\/ or unix:/,
  ],
];

for (const [name, bytes, what, advice] of FOREIGN) {
  for (const endian of ["little", "big"] as const) {
    Deno.test(`Where a connection begins with ${name}, the error says so (${endian} endian)`, () => {
      for (const [how, feed] of FEEDS) {
        for (const step of [bytes.length, 1]) {
          const where = `${how}, in pieces of ${step}`;
          // The second limit takes lengths that the first one refuses.
          for (const maxBodyLenRead of [8192, 0xffff_fff3]) {
            const decoder = decoderOf({ endian, maxBodyLenRead });
            for (let i = 0; i < bytes.length; i += step) {
              assertEquals(feed(decoder, bytes.subarray(i, i + step)), []);
            }
            const seen = decoder.error;
            const error = decoder.end();
            // As without the explanation.
            if (bytes.length < 16 && !bytes.includes(0x0a)) {
              assertFatal(error, "connection-aborted", where);
            } else if (maxBodyLenRead === 8192) {
              const view = new DataView(bytes.buffer);
              const length = view.getUint32(0, endian === "little");
              const short = length < 12;
              const code = short ? "message-too-short" : "payload-too-large";
              assertFatal(error, code, where);
              assert(error === seen, where);
              assertEquals(error.limit, short ? 12 : 8192, where);
              assertEquals(error.actual, short ? length : length - 12, where);
            } else {
              assert(error instanceof RpcError && error.fatal, where);
            }
            assertMatch(error.message, what, where);
            assertMatch(error.message, advice, where);
            assert(!error.message.includes("maxBodyLenRead"), error.message);
          }
        }
      }
    });
  }

  Deno.test(`MessageDecoderStream says that it was given ${name}`, async () => {
    const messages = ReadableStream.from([bytes.slice()])
      .pipeThrough(new MessageDecoderStream());
    const error = await assertRejects(() => Array.fromAsync(messages));
    assert(error instanceof RpcError);
    assertMatch(error.message, what);
  });

  Deno.test(`Behind a message ${name} is a bad frame like any other`, () => {
    for (const [how, feed] of FEEDS) {
      const decoder = decoderOf();
      assertEquals(feed(decoder, frameOf(messageOf(0, 0, 1, "Hi"))).length, 1);
      feed(decoder, bytes);
      const error = decoder.end();
      assert(error instanceof RpcError, how);
      assertMatch(error.message, /maxBodyLenRead|inside a message/, how);
    }
  });
}

Deno.test("No frame that begins a connection is taken for another protocol's", () => {
  // Lengths and ids that have what the other protocols begin with in their bytes.
  const lengths = [12, 0x0103_16, 0x0300_0316, 0x0203_0315, 0x0400_0000]
    .concat([0x0406_0000, 0x2054_4547, 0x5450_5448, 0x2d48_5353, 0x1203_0015])
    .concat([0x1603_0100, 0x1503_0300, 0x0000_0604, 0x4745_5420, 0x5353_482d]);
  for (const length of lengths) {
    for (const type of [0, 1, 2, 3, 4]) {
      for (const id of [0, 1, 255, 0x2020]) {
        for (const serviceId of [0, 1, 7, 0x2020_2020, -1]) {
          for (const sent of [true, false]) {
            const bytes = new Uint8Array(48);
            const view = new DataView(bytes.buffer);
            view.setUint32(0, length, sent);
            view.setUint32(4, type, sent);
            view.setUint32(8, id, sent);
            view.setInt32(12, serviceId, sent);
            for (const endian of ["little", "big"] as const) {
              const decoder = decoderOf({ endian, maxBodyLenRead: 10 });
              decoder.push(bytes.slice());
              const message = decoder.end()?.message ?? "";
              assert(!message.includes("The other side sent"), message);
            }
          }
        }
      }
    }
  }
});

Deno.test("A short line is refused at once, as nothing may come behind it", () => {
  for (const text of ["SSH-2.0-Go\r\n", "PING\r\n", "*1\r\n$4\r\nPING"]) {
    for (const [how, feed] of FEEDS) {
      const decoder = decoderOf();
      assertEquals(feed(decoder, encoder.encode(text)), []);
      assertFatal(decoder.error, "payload-too-large", how);
      assertMatch(decoder.error!.message, /The other side sent/, how);
    }
  }
});

Deno.test("A few bytes that a frame may begin with are a connection that broke", () => {
  for (const text of ["A", "GET ", "SSH-2"]) {
    const decoder = decoderOf();
    decoder.push(encoder.encode(text));
    const error = decoder.end();
    assertFatal(error, "connection-aborted");
    assertMatch(error.message, /inside a message/);
  }
});

Deno.test("Where the other byte order explains an unknown type, the error says so", () => {
  const decoder = decoderOf({ maxBodyLenRead: 0xffff_fff3 });
  decoder.push(frameOf(messageOf(3, 0, 1, "Hi"), false));
  assertFatal(decoder.error, "invalid-message-type");
  assertMatch(decoder.error.message, /endian "big"$/);
});
