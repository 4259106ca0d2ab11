/** A page in Chromium, where it is installed. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { acceptWebSocket } from "../../endpoints/websocket.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { PERMISSIONS } from "../support/permissions.ts";
import { runDeno } from "../support/processes/run_deno.ts";

const LIMITS = { maxBodyLenRead: 1 << 22, maxBodyLenWrite: 1 << 22 };

function isInstalled(): boolean {
  if (!PERMISSIONS.all.granted) return false;
  try {
    return new Deno.Command("chromium", {
      args: ["--version"],
      stdout: "null",
      stderr: "null",
    }).outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

const installed = isInstalled();
if (!installed) console.log("Skipped the tests in a browser: needs chromium");

function browserTest(name: string, fn: () => Promise<void>): void {
  if (installed) Deno.test(`Chromium: ${name}`, fn);
  else {
    Deno.test({ name: `Chromium: ${name} [needs it]`, ignore: true, fn });
  }
}

/** A server of a page, and of WebSockets. */
class Site implements AsyncDisposable {
  readonly errors: unknown[] = [];
  /** What the page was told by its own calls. */
  readonly asked: string[] = [];
  readonly #done = Promise.withResolvers<string>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(script: string) {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      async (request) => {
        const { pathname } = new URL(request.url);
        if (pathname === "/rpc") return this.#accept(request);
        if (pathname === "/done") {
          this.#done.resolve(await request.text());
          return new Response();
        }
        if (pathname === "/page.js") {
          const headers = { "content-type": "text/javascript" };
          return new Response(script, { headers });
        }
        const html =
          '<!doctype html><script type="module" src="/page.js"></script>';
        const headers = { "content-type": "text/html" };
        return new Response(html, { headers });
      },
    );
  }

  get host(): string {
    return `127.0.0.1:${this.#server.addr.port}`;
  }

  /** What the page came to. */
  async result(): Promise<Record<string, unknown>> {
    return JSON.parse(await this.#done.promise);
  }

  #accept(request: Request): Promise<Response> {
    return acceptWebSocket(request, async (peer) => {
      const serving = peer.serve({ 1: (_request, body) => body });
      this.asked.push((await peer.call(2, "who?")).text());
      await serving;
    }, {
      ...LIMITS,
      authorize: ({ token }) => token === "t",
      onError: (error) => this.errors.push(error),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

/** The program of the page as one script. */
async function bundlePage(): Promise<string> {
  const page = new URL("./page.ts", import.meta.url).pathname;
  const { code, stdout, stderr } = await runDeno(
    ["bundle", "--quiet", "--platform", "browser", page],
  );
  assertEquals(code, 0, stderr);
  return stdout;
}

/** Opens a page, and waits for what it comes to. */
async function visit(
  site: Site,
  url: string,
): Promise<Record<string, unknown>> {
  using profile = new TempDir();
  const address = `http://${site.host}/?url=${encodeURIComponent(url)}`;
  const chromium = new Deno.Command("chromium", {
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      `--user-data-dir=${profile.path}`,
      // Else it would print the page and end at once.
      "--remote-debugging-port=0",
      address,
    ],
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    return await site.result();
  } finally {
    chromium.kill("SIGTERM");
    await chromium.status;
  }
}

browserTest("a page calls its server, and is called by it", async () => {
  await using site = new Site(await bundlePage());
  assertEquals(await visit(site, `ws://${site.host}/rpc`), {
    hello: "Hello",
    large: [2_000_000, true],
    ordered: true,
    closed: null,
  });
  assertEquals(site.asked, ["page: who?"]);
  assertEquals(site.errors, []);
});

browserTest("a page of another server is refused", async () => {
  const script = await bundlePage();
  await using site = new Site(script);
  await using other = new Site(script);
  const { error } = await visit(other, `ws://${site.host}/rpc`);
  assertStringIncludes(
    String(error),
    `Cannot connect to ws://${site.host}/rpc`,
  );
  assertStringIncludes(String(site.errors[0]), "allowedOrigins");
  assertEquals(site.asked, []);
});
