/** A TLS server that is sent bytes. */
import { concat } from "@std/bytes";
import { bind, connect } from "../../../endpoints/tls.ts";
import { Ca, whyNoCertificates } from "../../tls/certificates.ts";
import {
  type LiveServer,
  liveServer,
  Reports,
  serveAll,
  serverTarget,
} from "./server_target.ts";
import { type Bytes, type Target, textBytes } from "./target.ts";

/** What a client of TLS says first. */
async function clientHello(): Promise<Bytes> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const connecting = Deno.connectTls({ hostname: "127.0.0.1", port })
    .then((conn) => conn.handshake().finally(() => conn.close()))
    .catch(() => {});
  const conn = await listener.accept();
  const buffer = new Uint8Array(4096);
  const length = await conn.read(buffer);
  conn.close();
  await connecting;
  return buffer.slice(0, length ?? 0);
}

async function start(): Promise<LiveServer> {
  await using ca = await Ca.make();
  const { cert, key } = await ca.sign("both");
  const reports = new Reports((error) =>
    // It says what was wrong with the handshake, and when that happens often.
    (error as Error | null)?.constructor === Error ||
    error instanceof Deno.errors.InvalidData ||
    error instanceof Deno.errors.ConnectionReset
  );
  const listener = await bind("tls://127.0.0.1:0", {
    cert,
    key,
    onError: reports.onError,
  });
  const running = listener.run((peer) => serveAll(peer));
  const { port } = listener.addr;
  const client = await connect(listener.addr, { caCerts: [ca.cert] });
  return liveServer(reports, { port }, client, async () => {
    await listener.shutdown();
    await running;
  });
}

async function target(): Promise<Target> {
  const hello = await clientHello();
  return serverTarget("a TLS server", start, [
    hello,
    concat([hello, hello]),
    textBytes("GET / HTTP/1.1\r\n\r\n"),
  ]);
}

/** A TLS server, where there is openssl. */
export const TLS_TARGETS: readonly Target[] = whyNoCertificates() === null
  ? [await target()]
  : [];
