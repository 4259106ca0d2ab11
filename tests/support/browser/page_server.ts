import { assertEquals } from "@std/assert";
import { runDeno } from "../processes/run_deno.ts";

type Answer = (request: Request) => Response | Promise<Response>;

/**
 * A server of scripts, each with a page that loads it: `/frame` loads `/frame.js`, and
 * `/` the first one. A page tells what it came to by a POST to `/done`.
 */
export class PageServer implements AsyncDisposable {
  readonly #done = Promise.withResolvers<string>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  /**
   * Starts it.
   *
   * @param scripts By name.
   * @param rpc Answers what comes to `/rpc`.
   */
  constructor(scripts: Readonly<Record<string, string>>, rpc?: Answer) {
    const [first] = Object.keys(scripts);
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      async (request) => {
        const { pathname } = new URL(request.url);
        if (pathname === "/rpc" && rpc !== undefined) return rpc(request);
        if (pathname === "/done") {
          this.#done.resolve(await request.text());
          return new Response();
        }
        const name = pathname === "/" ? first! : pathname.slice(1);
        const script = scripts[name.replace(/\.js$/, "")];
        if (script === undefined) return new Response(null, { status: 404 });
        return name.endsWith(".js")
          ? answer("text/javascript", script)
          : answer(
            "text/html",
            `<!doctype html><script type="module" src="/${name}.js"></script>`,
          );
      },
    );
  }

  /** Where it is. */
  get host(): string {
    return `127.0.0.1:${this.#server.addr.port}`;
  }

  /** What a page came to. */
  async result(): Promise<Record<string, unknown>> {
    return JSON.parse(await this.#done.promise);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

/** A server of an empty page, which is of another origin than the others. */
export function serveEmptyPage(): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => answer("text/html", "<!doctype html>"),
  );
}

function answer(type: string, text: string): Response {
  return new Response(text, { headers: { "content-type": type } });
}

const scripts = new Map<string, Promise<string>>();

/** A program as one script for browsers, which is made once. */
export function bundleScript({ pathname }: URL): Promise<string> {
  const script = scripts.get(pathname) ?? bundled(pathname);
  scripts.set(pathname, script);
  return script;
}

async function bundled(path: string): Promise<string> {
  const { code, stdout, stderr } = await runDeno(
    ["bundle", "--quiet", "--platform", "browser", path],
  );
  assertEquals(code, 0, stderr);
  return stdout;
}
