/** Calls over TLS, what is known of the other side, and how connections end. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { X509Certificate } from "node:crypto";
import { bind, connect } from "../../endpoints/tls.ts";
import { bind as bindAny, connect as connectAny } from "../../mod.ts";
import { Ca } from "./certificates.ts";
import { tlsTest } from "./support.ts";

const LIMITS = { maxBodyLenRead: 1 << 24, maxBodyLenWrite: 1 << 24 };

tlsTest("calls of any size, with both certificates known", async (scene) => {
  const { ca, client, mutual } = scene;
  await using listener = await bind("tls://127.0.0.1:0", {
    ...mutual,
    ...LIMITS,
    alpn: ["fizyr-rpc"],
    authorize: ({ certificate }) => certificate?.subject.CN === "client",
  });
  const accepting = listener.accept();
  const { port } = listener.addr;
  await using peer = await connect(`tls://localhost:${port}`, {
    ...client,
    ...LIMITS,
    caCerts: [ca.cert],
    alpn: ["other", "fizyr-rpc"],
  });
  const server = await accepting;
  const serving = server.serve({ 1: (_request, body) => body });
  for (const length of [0, 1, 16 * 1024, 1 << 20, 5_000_000]) {
    const body = new Uint8Array(length).fill(length % 251);
    assertEquals((await peer.call(1, body)).body.data, body);
  }
  const { certificate, protocol, alpn, remoteAddr } = peer.info;
  assertEquals(certificate?.subject, { CN: "server" });
  assertEquals(certificate?.subjectAltNames, [
    "DNS:localhost",
    "IP Address:127.0.0.1",
  ]);
  assertEquals([protocol, alpn], ["TLSv1.3", "fizyr-rpc"]);
  assertEquals(remoteAddr.port, port);
  assertEquals(server.info.certificate?.subject, { CN: "client" });
  assertEquals(structuredClone(server.info), server.info);
  const fingerprints = [scene.server, client]
    .map(({ cert }) => new X509Certificate(cert).fingerprint256);
  assertEquals(certificate?.fingerprint256, fingerprints[0]);
  assertEquals(server.info.certificate?.fingerprint256, fingerprints[1]);
  await peer.close();
  await serving;
  assertEquals([await peer.closed, await server.closed], [null, null]);
  assertEquals(scene.errors, []);
});

tlsTest("connect and bind of the package take tls://", async (scene) => {
  const { ca, client, mutual, server } = scene;
  await using listener = await bindAny("tls://127.0.0.1:0", {
    ...mutual,
    authorize: ({ certificate }) => certificate?.subject.CN === "client",
  });
  listener.run((peer) => peer.serve({ 1: (_request, body) => body }));
  const options = { ...client, caCerts: [ca.cert] };
  {
    await using peer = await connectAny(listener.addr, options);
    assertEquals((await peer.call(1, "Hello")).text(), "Hello");
    assertEquals(peer.info.certificate?.subject, { CN: "server" });
  }
  listener.setCertificates({ ...await ca.sign("next"), clientCa: ca.cert });
  const address = `tls://localhost:${listener.addr.port}` as const;
  await using peer = await connectAny(address, options);
  assertEquals(peer.info.certificate?.subject, { CN: "next" });
  await assertRejects(() => bindAny("tls://127.0.0.1:0"), TypeError, "cert");
  await assertRejects(
    () => bindAny("tls://127.0.0.1:0", { ...server, key: client.key }),
    TypeError,
    "key",
  );
});

tlsTest("another clientCa is that of new connections", async (scene) => {
  const { ca, client, mutual, server, failed } = scene;
  await using other = await Ca.make();
  await using listener = await bind("tls://127.0.0.1:0", mutual);
  listener.run((peer) => peer.serve({ 1: (_request, body) => body }));
  const caCerts = [ca.cert];
  await using before = await connect(listener.addr, { ...client, caCerts });
  assertEquals((await before.call(1, "before")).text(), "before");
  listener.setCertificates({ ...server, clientCa: other.cert });

  await using refused = await connect(listener.addr, { ...client, caCerts });
  assertEquals((await refused.closed)?.code, "connection-aborted");
  assertStringIncludes((await failed).message, '{"CN":"client"}');
  const theirs = await other.sign("another");
  await using after = await connect(listener.addr, { ...theirs, caCerts });
  assertEquals((await after.call(1, "after")).text(), "after");
  assertEquals((await before.call(1, "still")).text(), "still");
});

tlsTest("setCertificates doesn't let clients in without one", async (scene) => {
  const { ca, client, mutual, server, failed } = scene;
  await using listener = await bind("tls://127.0.0.1:0", mutual);
  listener.run((peer) => peer.serve({ 1: (_request, body) => body }));
  for (const clientCa of [{}, { clientCa: undefined }]) {
    assertThrows(
      () => listener.setCertificates({ ...server, ...clientCa }),
      TypeError,
      "clientCa",
    );
  }
  const caCerts = [ca.cert];
  await using nobody = await connect(listener.addr, { caCerts });
  assertEquals((await nobody.closed)?.code, "connection-aborted");
  assertStringIncludes((await failed).message, "has shown no certificate");
  await using known = await connect(listener.addr, { ...client, caCerts });
  assertEquals((await known.call(1, "known")).text(), "known");
});

tlsTest("a server that asked for none may begin to", async (scene) => {
  const { ca, client, mutual, server } = scene;
  await using listener = await bind("tls://127.0.0.1:0", server);
  listener.run((peer) => peer.serve({ 1: (_request, body) => body }));
  const caCerts = [ca.cert];
  await using before = await connect(listener.addr, { caCerts });
  assertEquals((await before.call(1, "before")).text(), "before");
  listener.setCertificates(mutual);
  await using known = await connect(listener.addr, { ...client, caCerts });
  assertEquals((await known.call(1, "known")).text(), "known");
  assertEquals(known.info.certificate?.subject, { CN: "server" });
});

tlsTest("a reply gets out after the other side's end", async (scene) => {
  await using listener = await bind("tls://127.0.0.1:0", scene.server);
  const accepting = listener.accept();
  const peer = await connect(listener.addr, { caCerts: [scene.ca.cert] });
  const server = await accepting;
  const late = await server.sendRequest(1, "late");
  const message = await peer.recvMessage();
  assert(message?.kind === "request");
  const drained = server.drain();
  await message.request.sendResponse(1, "reply");
  assertEquals((await late.recvResponse()).text(), "reply");
  await drained;
  assertEquals(await peer.recvMessage(), null);
  await peer.close();
});

tlsTest("a socket that is cut off is connection-aborted", async (scene) => {
  await using listener = await bind("tls://127.0.0.1:0", scene.server);
  const accepting = listener.accept();
  // What is between the two ends it when it is told to.
  using relay = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const relayed = relay.accept();
  const connecting = connect(`tls://127.0.0.1:${relay.addr.port}`, {
    caCerts: [scene.ca.cert],
  });
  const near = await relayed;
  const far = await Deno.connect({ port: listener.addr.port });
  const pipes = [
    near.readable.pipeTo(far.writable, { preventClose: true }),
    far.readable.pipeTo(near.writable),
  ].map((pipe) => pipe.catch(() => {}));
  const peer = await connecting;
  await using server = await accepting;
  await server.sendStream(1, "there");
  assertEquals((await peer.recvMessage())?.kind, "stream");
  near.close();
  const error = await peer.closed;
  assertEquals(error?.code, "connection-aborted");
  await Promise.all([peer.close(), server.close()]);
  try {
    far.close();
  } catch { /* The pipe has closed it. */ }
  await Promise.all(pipes);
});

tlsTest(
  "an end that comes before it is accepted is told afterwards",
  async (scene) => {
    await using listener = await bind("tls://127.0.0.1:0", scene.server);
    const options = { caCerts: [scene.ca.cert] };
    const gone = await connect(listener.addr, options);
    await gone.close();
    // By its handshake the server has read the end of the first one.
    await using there = await connect(listener.addr, options);
    await using first = await listener.accept();
    await using second = await listener.accept();
    assertEquals(await first.recvMessage(), null);
    assertEquals(await first.closed, null);
    await there.sendStream(1, "there");
    assertEquals((await second.recvMessage())?.kind, "stream");
  },
);

tlsTest("new certificates are for new connections", async (scene) => {
  const { ca, server } = scene;
  await using listener = await bind("tls://127.0.0.1:0", server);
  listener.run((peer) => peer.serve({ 1: (_request, body) => body }));
  const caCerts = [ca.cert];
  await using before = await connect(listener.addr, { caCerts });
  const next = await ca.sign("next");
  listener.setCertificates(next);
  await using after = await connect(listener.addr, { caCerts });
  const names = [before, after].map(({ info }) => info.certificate?.subject.CN);
  assertEquals(names, ["server", "next"]);
  for (const peer of [before, after]) {
    assertEquals((await peer.call(1, "still")).text(), "still");
  }
});
