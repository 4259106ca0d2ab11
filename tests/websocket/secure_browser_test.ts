/** A page in Chromium that calls a server over wss://. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { createHash, X509Certificate } from "node:crypto";
import { bind } from "../../endpoints/websocket.ts";
import { visit, visitIn, whyNoChromium } from "../support/browser/chromium.ts";
import { ChromiumProcess } from "../support/browser/chromium_process.ts";
import { bundleScript, PageServer } from "../support/browser/page_server.ts";
import { type TlsScene, tlsTest } from "../tls/support.ts";
import { MESSAGES } from "./page_messages.ts";

const LIMITS = { maxBodyLenRead: 1 << 22, maxBodyLenWrite: 1 << 22 };
const PAGE = new URL("./page.ts", import.meta.url);

/** What Chromium knows a certificate by. */
function fingerprint(certificate: string): string {
  const { publicKey } = new X509Certificate(certificate);
  const key = publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(key).digest("base64");
}

/** Shows a page until `result` is there, and gives it. */
type Visit = typeof visit;

/** In a Chromium that takes a certificate for a good one. */
function trusting(certificate: string): Visit {
  return async (address, result) => {
    await using chromium = await ChromiumProcess.start([
      `--ignore-certificate-errors-spki-list=${fingerprint(certificate)}`,
    ]);
    return await visitIn(chromium, address, result);
  };
}

/** What a page of another server comes to, with a server on wss:// that allows it. */
async function call(
  { server, errors, mutual: { onError } }: TlsScene,
  visit: Visit,
): Promise<Record<string, unknown>> {
  await using pages = new PageServer({ page: await bundleScript(PAGE) });
  await using listener = await bind("wss://127.0.0.1:0/rpc", {
    ...LIMITS,
    ...server,
    allowedOrigins: [`http://${pages.host}`],
    authorize: ({ token }) => token === "t",
    onError,
  });
  const running = listener.run(async (peer) => {
    const serving = peer.serve({ 1: (_request, body) => body });
    await peer.call(2, "who?");
    for (const text of MESSAGES) await peer.sendStream(3, text);
    await serving;
  });
  const url = `wss://127.0.0.1:${listener.addr.port}/rpc`;
  const result = await visit(
    `http://${pages.host}/?url=${encodeURIComponent(url)}`,
    () => pages.result(),
  );
  listener.close();
  await running;
  return { ...result, errors: errors.length };
}

tlsTest("a page calls over wss:// whom it trusts", async (scene) => {
  const { streamed, ...result } = await call(
    scene,
    trusting(scene.server.cert),
  );
  assertEquals(streamed, MESSAGES);
  assertEquals(result, {
    hello: "Hello",
    large: [2_000_000, true],
    ordered: true,
    closed: null,
    errors: 0,
  });
}, whyNoChromium());

tlsTest(
  "a page doesn't call over wss:// whom it doesn't trust",
  async (scene) => {
    const { error } = await call(scene, visit);
    assertStringIncludes(String(error), "Cannot connect to wss://127.0.0.1:");
  },
  whyNoChromium(),
);
