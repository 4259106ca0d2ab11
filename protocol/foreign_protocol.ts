/** So many bytes of a text are looked at, and have to be text: as many as the head of a frame. */
const TEXT_LEN = 16;
/** Fewer bytes could be a frame's: its sixth byte is zero, in both byte orders. */
const MIN_LEN = 6;
/** So much of the first line is quoted. */
const QUOTE_LEN = 60;

const HTTP_REQUEST = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE) /;

const TLS_HANDSHAKE = 22;
const TLS_ALERT = 21;
const TLS_CLIENT_HELLO = 1;
const TLS_SERVER_HELLO = 2;

const HTTP2_FRAME_HEAD = 9;
const HTTP2_SETTINGS = 4;
const HTTP2_GOAWAY = 7;
const HTTP2_PAIR = 6;
const HTTP2_MAX_SETTING = 16;

/** Tells what the first bytes of a connection look like; see `foreignProtocol`. */
export type ForeignProtocol = (
  bytes: Uint8Array<ArrayBuffer>,
) => string | null;

/**
 * What the first bytes of a connection look like, where they are another
 * protocol's, and what to do; else null.
 *
 * No frame is taken for something else. Its type is a 32-bit number up to 4, so its
 * sixth byte is zero, where text and the records of TLS have another one. HTTP/2 has
 * its first setting or a GOAWAY where a first request would have an id of 256 or more.
 */
export function foreignProtocol(bytes: Uint8Array<ArrayBuffer>): string | null {
  if (bytes.length < MIN_LEN) return null;
  const found = foreignText(bytes) ?? foreignTls(bytes) ?? foreignHttp2(bytes);
  return found === null ? null : `The other side sent ${found}`;
}

const TO_HTTP_CLIENT =
  "and this is a port of Fizyr RPC: the other side has to connect by tcp:// or unix: with this library, or by http:// to another port";
const TO_HTTP_SERVER =
  "and no Fizyr RPC: this side has connected to a web server, and has to connect by tcp:// to the port of a Fizyr RPC server, or by fetch to this one";

function foreignText(bytes: Uint8Array<ArrayBuffer>): string | null {
  if (!isText(bytes.subarray(0, TEXT_LEN))) return null;
  const [line = ""] = new TextDecoder().decode(bytes.subarray(0, QUOTE_LEN))
    .split(/[\r\n]/, 1);
  const quote = JSON.stringify(line);
  if (line.startsWith("PRI * HTTP/2")) {
    return `the preface of HTTP/2 (as gRPC clients do), ${TO_HTTP_CLIENT}`;
  }
  if (HTTP_REQUEST.test(line)) {
    return `an HTTP request, ${quote}, ${TO_HTTP_CLIENT}`;
  }
  if (line.startsWith("HTTP/")) {
    return `an HTTP response, ${quote}, ${TO_HTTP_SERVER}`;
  }
  if (line.startsWith("SSH-")) {
    return `the banner of SSH, ${quote}, and no Fizyr RPC: if this side has connected, that port is an SSH server's; if it listens, an SSH client has come to the wrong port`;
  }
  return `text, ${quote}, and no Fizyr RPC: the side that has connected has to take the address of a Fizyr RPC server (tcp:// or unix:)`;
}

function isText(bytes: Uint8Array<ArrayBuffer>): boolean {
  const control = bytes.some((byte) =>
    (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) ||
    byte === 0x7f
  );
  if (control) return false;
  try {
    // As a stream, since the last character may be cut off.
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    // That is how it says that the bytes are no UTF-8.
    return false;
  }
}

/** A record of TLS: its type, version 3.x, its length, then what it carries. */
function foreignTls(bytes: Uint8Array): string | null {
  const [record, major, minor, , length, what] = bytes;
  if (major !== 3 || minor! > 4) return null;
  if (record === TLS_HANDSHAKE && what === TLS_CLIENT_HELLO) {
    return "a TLS ClientHello, and this side expects no TLS: the other side has to connect without it (tcp:// instead of tls://), or this side has to accept by tls://, with bind of @fizyr/rpc or @fizyr/rpc/transports/tls";
  }
  const name = record === TLS_HANDSHAKE && what === TLS_SERVER_HELLO
    ? "ServerHello"
    : record === TLS_ALERT && length === 2 && (what === 1 || what === 2)
    ? "alert"
    : null;
  if (name === null) return null;
  return `a TLS ${name}, as its port expects TLS: this side has to connect by tls://, with connect of @fizyr/rpc or @fizyr/rpc/transports/tls, or by tcp:// to a port without TLS`;
}

/**
 * The SETTINGS that a server of HTTP/2 begins with: length (24 bits), type, flags,
 * stream id 0, then pairs of 16 and 32 bits. Without any pair it looks like the
 * length of a frame, unless a GOAWAY follows.
 */
function foreignHttp2(bytes: Uint8Array): string | null {
  if (bytes.length < HTTP2_FRAME_HEAD || bytes[3] !== HTTP2_SETTINGS) {
    return null;
  }
  if (bytes.subarray(4, HTTP2_FRAME_HEAD).some((byte) => byte !== 0)) {
    return null;
  }
  const length = bytes[0]! << 16 | bytes[1]! << 8 | bytes[2]!;
  const rest = bytes.subarray(HTTP2_FRAME_HEAD);
  const found = length === 0
    ? rest[3] === HTTP2_GOAWAY && rest[2]! >= 8
    : length % HTTP2_PAIR === 0 && hasSettings(rest.subarray(0, length));
  return found
    ? `SETTINGS of HTTP/2 (as gRPC servers do), ${TO_HTTP_SERVER}`
    : null;
}

function hasSettings(pairs: Uint8Array): boolean {
  for (let i = 0; i + 1 < pairs.length; i += HTTP2_PAIR) {
    const setting = pairs[i]! << 8 | pairs[i + 1]!;
    if (setting === 0 || setting > HTTP2_MAX_SETTING) return false;
  }
  return pairs.length > 1;
}
