/** A page in Chromium, where it is installed. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { acceptWebSocket } from "../../endpoints/websocket.ts";
import { browserTest, visit } from "../support/browser/chromium.ts";
import { bundleScript, PageServer } from "../support/browser/page_server.ts";
import { MESSAGES } from "./page_messages.ts";

const LIMITS = { maxBodyLenRead: 1 << 22, maxBodyLenWrite: 1 << 22 };

/** A server of a page, and of WebSockets. */
class Site implements AsyncDisposable {
  readonly errors: unknown[] = [];
  /** What the page was told by its own calls. */
  readonly asked: string[] = [];
  /** The stream messages of the page. */
  readonly streamed: string[] = [];
  readonly #server: PageServer;

  constructor(script: string) {
    this.#server = new PageServer(
      { page: script },
      (request) => this.#accept(request),
    );
  }

  get host(): string {
    return this.#server.host;
  }

  /** Opens the page, and gives what it came to. */
  visit(url: string): Promise<Record<string, unknown>> {
    return visit(
      `http://${this.host}/?url=${encodeURIComponent(url)}`,
      () => this.#server.result(),
    );
  }

  #accept(request: Request): Promise<Response> {
    return acceptWebSocket(request, async (peer) => {
      const serving = peer.serve({ 1: (_request, body) => body }, {
        stream: (message) => void this.streamed.push(message.text()),
      });
      this.asked.push((await peer.call(2, "who?")).text());
      for (const text of MESSAGES) await peer.sendStream(3, text);
      await serving;
    }, {
      ...LIMITS,
      authorize: ({ token }) => token === "t",
      onError: (error) => this.errors.push(error),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }
}

const PAGE = new URL("./page.ts", import.meta.url);

browserTest("a page calls its server, and is called by it", async () => {
  await using site = new Site(await bundleScript(PAGE));
  const { streamed, ...result } = await site.visit(`ws://${site.host}/rpc`);
  assertEquals(result, {
    hello: "Hello",
    large: [2_000_000, true],
    ordered: true,
    closed: null,
  });
  assertEquals(site.asked, ["page: who?"]);
  // A thousand each way arrive in order.
  assertEquals(streamed, MESSAGES);
  assertEquals(site.streamed, MESSAGES);
  assertEquals(site.errors, []);
});

browserTest("a page of another server is refused", async () => {
  const script = await bundleScript(PAGE);
  await using site = new Site(script);
  await using other = new Site(script);
  const { error } = await other.visit(`ws://${site.host}/rpc`);
  assertStringIncludes(
    String(error),
    `Cannot connect to ws://${site.host}/rpc`,
  );
  assertStringIncludes(String(site.errors[0]), "allowedOrigins");
  assertEquals(site.asked, []);
});
