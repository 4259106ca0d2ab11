/** What TLS refuses: each error says what is wrong, and what to do. */
import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { bind, connect, type TlsListener } from "../../endpoints/tls.ts";
import { connect as connectTcp, listen } from "../../endpoints/tcp.ts";
import { type PeerHandle, RpcError } from "../../mod.ts";
import { Ca, type Signed } from "./certificates.ts";
import { type TlsScene, tlsTest } from "./support.ts";

const { InvalidData, PermissionDenied } = Deno.errors;

/** A server with a certificate. */
async function serve(signed: Signed): Promise<TlsListener> {
  const options = { ...signed, onError() {} };
  const listener = await bind("tls://127.0.0.1:0", options);
  listener.run(() => {});
  return listener;
}

/** What a client with the CA of the scene gets that connects to it. */
function refused({ addr }: TlsListener, { ca }: TlsScene): Promise<Error> {
  const caCerts = [ca.cert];
  return assertRejects(() => connect(addr, { caCerts }), InvalidData);
}

/** What a client gets whose certificate is refused, which TLS 1.3 tells only afterwards. */
async function assertEndsAsRefused(
  { closed }: Pick<PeerHandle, "closed">,
): Promise<void> {
  const error = await closed;
  assertEquals(error?.code, "connection-aborted");
  assertStringIncludes(
    error!.message,
    "The server ended the connection right after the TLS handshake",
  );
  assertStringIncludes(error!.message, "see the options cert and key");
}

tlsTest("a server of another CA", async (scene) => {
  await using other = await Ca.make();
  const signed = await other.sign("server");
  await using listener = await serve(signed);
  const error = await refused(listener, scene);
  assertStringIncludes(error.message, "the option caCerts");
  // No CAs at all are those of the runtime.
  await assertRejects(() => connect(listener.addr), InvalidData);
});

for (
  const [valid, text] of [
    ["past", "has expired"],
    ["future", "isn't valid yet"],
  ] as const
) {
  tlsTest(`a certificate that ${text}`, async (scene) => {
    const signed = await scene.ca.sign("server", { valid });
    await using listener = await serve(signed);
    const error = await refused(listener, scene);
    assertStringIncludes(
      error.message,
      `the certificate of the other side ${text}`,
    );
  });

  tlsTest(`a client's certificate that ${text}`, async (scene) => {
    const { ca, mutual } = scene;
    const signed = await ca.sign("late", { valid });
    await using listener = await bind("tls://127.0.0.1:0", mutual);
    listener.run(() => {
      throw new Error("It was accepted");
    });
    const caCerts = [ca.cert];
    await using peer = await connect(listener.addr, { ...signed, caCerts });
    await assertEndsAsRefused(peer);
    const refused = await scene.failed;
    assertEquals(refused instanceof PermissionDenied, true);
    assertMatch(
      refused.message,
      new RegExp(`its certificate \\{"CN":"late"\\} ${text} \\([A-Z_]+\\)$`),
    );
  });
}

tlsTest("a certificate for another host", async (scene) => {
  const signed = await scene.ca.sign("server", { hosts: "DNS:elsewhere" });
  await using listener = await serve(signed);
  const { port } = listener.addr;
  for (const host of ["localhost", "127.0.0.1"]) {
    const error = await assertRejects(
      () => connect(`tls://${host}:${port}`, { caCerts: [scene.ca.cert] }),
      InvalidData,
    );
    assertStringIncludes(error.message, host);
    assertEquals(
      (error as { code?: unknown }).code,
      "ERR_TLS_CERT_ALTNAME_INVALID",
    );
  }
});

tlsTest("a client without a certificate", async (scene) => {
  await using listener = await bind("tls://127.0.0.1:0", scene.mutual);
  listener.run(() => {
    throw new Error("It was accepted");
  });
  await using peer = await connect(listener.addr, {
    caCerts: [scene.ca.cert],
  });
  await assertEndsAsRefused(peer);
  const refused = await scene.failed;
  assertEquals(refused instanceof PermissionDenied, true);
  assertStringIncludes(refused.message, "it has shown no certificate");
});

tlsTest("a client of another CA", async (scene) => {
  await using other = await Ca.make();
  const signed = await other.sign("stranger");
  await using listener = await bind("tls://127.0.0.1:0", scene.mutual);
  listener.run(() => {
    throw new Error("It was accepted");
  });
  await using peer = await connect(listener.addr, {
    ...signed,
    caCerts: [scene.ca.cert],
  });
  await assertEndsAsRefused(peer);
  const refused = await scene.failed;
  assertEquals(refused instanceof PermissionDenied, true);
  assertMatch(
    refused.message,
    /clientCa hasn't signed its certificate \{"CN":"stranger"\} \([A-Z_]+\)$/,
  );
});

tlsTest("a plain TCP client at a TLS port", async (scene) => {
  await using listener = await bind("tls://127.0.0.1:0", scene.mutual);
  listener.run(() => {});
  await using peer = await connectTcp({ port: listener.addr.port });
  const error = await assertRejects(() => peer.call(1, "plain"), RpcError);
  assertStringIncludes(error.message, "has to connect by tls://");
  assertStringIncludes((await scene.failed).message, "doesn't speak TLS");
});

for (
  const [when, bytes] of [
    ["before its handshake", []],
    // The head of a record, and a part of a hello.
    ["within its handshake", [0x16, 3, 1, 1, 0, 1]],
  ] as const
) {
  tlsTest(`a client that leaves ${when} is told, and let go`, async (scene) => {
    await using listener = await bind("tls://127.0.0.1:0", {
      ...scene.mutual,
      handshakeTimeout: 0,
    });
    listener.run(() => {});
    const client = await Deno.connect({ port: listener.addr.port });
    await client.write(Uint8Array.from(bytes));
    await client.closeWrite();
    const { message } = await scene.failed;
    assertStringIncludes(message, "within the handshake");
    assertEquals(await client.read(new Uint8Array(1)).catch(() => null), null);
    client.close();
  });
}

tlsTest("a TLS client at a plain TCP port", async (scene) => {
  await using listener = listen("127.0.0.1:0", { onError() {} });
  const accepting = listener.accept();
  const { port } = listener.addr;
  const error = await assertRejects(
    () => connect(`tls://127.0.0.1:${port}`, { caCerts: [scene.ca.cert] }),
    Error,
  );
  assertStringIncludes(error.message, "may not speak TLS");
  await using peer = await accepting;
  const served = await assertRejects(() => peer.recvMessage(), RpcError);
  assertEquals(served.code, "payload-too-large");
  assertStringIncludes(served.message, "accept by tls://");
});

tlsTest("a handshake that isn't answered", async (scene) => {
  // The system accepts it, and nobody else does.
  using _silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const error = await assertRejects(
    () =>
      connect({ transport: "tls", port: _silent.addr.port }, {
        caCerts: [scene.ca.cert],
        handshakeTimeout: 1,
      }),
    Deno.errors.TimedOut,
  );
  assertStringIncludes(error.message, "handshakeTimeout");
});

for (const theirs of [undefined, [], ["theirs"]] as const) {
  const who = theirs?.length ? "others" : theirs ? "none at all" : "no alpn";
  tlsTest(`alpn of a client at a server with ${who}`, async (scene) => {
    await using listener = await bind("tls://127.0.0.1:0", {
      ...scene.server,
      alpn: theirs,
      onError() {},
    });
    listener.run(() => {});
    const caCerts = [scene.ca.cert];
    const error = await assertRejects(
      () => connect(listener.addr, { caCerts, alpn: ["ours", "old"] }),
      InvalidData,
    );
    assertStringIncludes(
      error.message,
      'the other side takes none of the protocols of alpn, ["ours","old"]',
    );
  });
}

for (const ours of [undefined, ["ours"]] as const) {
  const who = ours === undefined ? "without alpn" : "with others";
  tlsTest(`alpn of a server, and a client ${who}`, async (scene) => {
    await using listener = await bind("tls://127.0.0.1:0", {
      ...scene.mutual,
      clientCa: undefined,
      alpn: ["theirs"],
    });
    listener.run(() => {
      throw new Error("It was accepted");
    });
    const caCerts = [scene.ca.cert];
    const connecting = connect(listener.addr, { caCerts, alpn: ours });
    if (ours === undefined) {
      await using peer = await connecting;
      const error = await peer.closed;
      assertEquals(error?.code, "connection-aborted");
      assertStringIncludes(error!.message, "see the option alpn");
    } else {
      await assertRejects(() => connecting, InvalidData, "alpn");
    }
    assertStringIncludes(
      (await scene.failed).message,
      'takes none of the protocols of alpn, ["theirs"]',
    );
  });
}

tlsTest("names of protocols that can't be used", async ({ server }) => {
  for (const alpn of ["x", [""], [5], ["x".repeat(256)]]) {
    const options = { alpn } as object;
    await assertRejects(
      () => bind("tls://127.0.0.1:0", { ...server, ...options }),
      TypeError,
      "alpn must be",
    );
    await assertRejects(
      () => connect("tls://127.0.0.1:1", options),
      TypeError,
      "alpn must be",
    );
  }
});

tlsTest("certificates that can't be used", async ({ ca, server, client }) => {
  await assertRejects(
    () => bind("tls://127.0.0.1:0", { ...server, key: client.key }),
    Error,
  );
  await using listener = await bind("tls://127.0.0.1:0", server);
  listener.run((peer) => peer.serve({}));
  await assertRejects(
    () =>
      Promise.resolve().then(() =>
        listener.setCertificates({ ...server, cert: "no certificate" })
      ),
    Error,
  );
  // Those before stay.
  await using peer = await connect(listener.addr, { caCerts: [ca.cert] });
  assertEquals(peer.info.certificate?.subject, { CN: "server" });
});
