/**
 * Closes a peer whose other side never ends, in the way that its first argument
 * says, and is at its end then. The second argument is its closeTimeout, the
 * third one a TCP port, or nothing for streams without any I/O.
 */
import {
  connect,
  Peer,
  type PeerHandle,
  type StreamBody,
  StreamTransport,
} from "../../mod.ts";

const [how, closeTimeout, port] = Deno.args;
const options = { closeTimeout: Number(closeTimeout) };
const peer: PeerHandle<StreamBody, unknown> = port === undefined
  ? Peer.spawn(
    new StreamTransport({
      readable: new ReadableStream(),
      writable: new WritableStream(),
    }),
    options,
  )
  : await connect({
    transport: "tcp",
    hostname: "127.0.0.1",
    port: Number(port),
  }, options);

switch (how) {
  case "released": {
    const [reader, writer] = peer.split();
    reader[Symbol.dispose]();
    writer[Symbol.dispose]();
    break;
  }
  case "not awaited":
    peer.close();
    break;
  case "with a call, not awaited":
    peer.call(1, "").catch(() => {});
    peer.close();
    break;
  case "close awaited":
    await peer.close();
    console.log("closed");
    break;
  case "using": {
    await using _peer = peer;
    break;
  }
  case "closed awaited":
    peer.close();
    await peer.closed;
    console.log("closed");
    break;
  case "closed awaited before":
    setTimeout(() => peer.closeHandle().close(), 0);
    await peer.closed;
    console.log("closed");
    break;
  default:
    throw new Error(`What is ${how}?`);
}
console.log("end of program");
