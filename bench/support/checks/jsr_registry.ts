/** The packages that it has: this one, and what stands in for @std here. */
const ROOT = new URL("../../../", import.meta.url);
const LINKS = ["assert", "async", "bytes", "streams"];

/** What of a `deno.json` matters here. */
interface Config {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly imports?: Readonly<Record<string, string>>;
  readonly publish?: { readonly exclude: readonly string[] };
}

/** A package with its sources, by path. */
interface Package {
  readonly config: Config;
  readonly sources: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/**
 * A JSR of one's own, on loopback, with this checkout as published: the sources that
 * `publish.exclude` leaves, with the specifiers of the import map written out.
 *
 * - Deno takes it with `JSR_URL`, and treats the package as one of JSR's: it makes
 *   declarations of its public interface and checks against those.
 * - It lacks the list of modules that JSR keeps for each version, which saves Deno
 *   time when it downloads.
 */
export class JsrRegistry implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  private constructor(packages: readonly Package[]) {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      ({ url }) => answer(packages, new URL(url).pathname),
    );
  }

  /** Reads the packages, and begins to serve them. */
  static start(): JsrRegistry {
    const folders = ["", ...LINKS.map((name) => `links/std-${name}/`)];
    return new JsrRegistry(
      folders.map((folder) => read(new URL(folder, ROOT))),
    );
  }

  /** What `JSR_URL` has to be. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/`;
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

async function answer(
  packages: readonly Package[],
  pathname: string,
): Promise<Response> {
  const [, scope, name, ...rest] = pathname.split("/");
  const found = packages.find(({ config }) =>
    config.name === `${scope}/${name}`
  );
  if (found === undefined) return missing();
  const { config: { version, exports }, sources } = found;
  const [first, ...path] = rest;
  if (first === "meta.json") {
    return Response.json({ latest: version, versions: { [version]: {} } });
  }
  if (first === `${version}_meta.json`) {
    return Response.json({ manifest: await manifestOf(sources), exports });
  }
  const source = sources.get(`/${path.join("/")}`);
  if (source === undefined) return missing();
  return new Response(source, { headers: { "content-type": "text/plain" } });
}

function missing(): Response {
  return new Response(null, { status: 404 });
}

async function manifestOf(
  sources: Package["sources"],
): Promise<Record<string, { size: number; checksum: string }>> {
  const entries = [...sources].map(async ([path, source]) => {
    const digest = await crypto.subtle.digest("SHA-256", source);
    const checksum = `sha256-${new Uint8Array(digest).toHex()}`;
    return [path, { size: source.length, checksum }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

function read(folder: URL): Package {
  const config: Config = JSON.parse(
    Deno.readTextFileSync(new URL("deno.json", folder)),
  );
  const excluded = new Set(config.publish?.exclude);
  const sources = new Map<string, Uint8Array<ArrayBuffer>>();
  const at = (path: string): URL => new URL(path, folder);
  const enter = (within: string): void => {
    for (const { name, isDirectory } of Deno.readDirSync(at(within))) {
      const path = `${within}${name}`;
      if (name.startsWith(".") || excluded.has(path)) continue;
      if (isDirectory) enter(`${path}/`);
      else if (name.endsWith(".ts")) {
        const text = Deno.readTextFileSync(at(path));
        sources.set(`/${path}`, new TextEncoder().encode(unfurl(text, config)));
      }
    }
  };
  enter("");
  return { config, sources };
}

/** Writes out the specifiers of the import map, as `deno publish` does. */
function unfurl(text: string, { imports = {} }: Config): string {
  return text.replaceAll(
    /(from |import\()"([^"]+)"/g,
    (whole, before: string, specifier: string) =>
      specifier in imports ? `${before}"${imports[specifier]}"` : whole,
  );
}
