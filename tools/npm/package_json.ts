/** What `deno.json` says that the npm package says too. */
export interface DenoConfig {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, string>>;
}

/**
 * The modules that browsers get in place of others. An entry of `exports` in `deno.json`
 * can't tell them apart.
 */
export const FOR_BROWSERS: Readonly<Record<string, string>> = {
  "./endpoints/websocket.ts": "./endpoints/websocket_browser.ts",
};

/** What the package needs from npm, where it is used at all. */
const DEPENDENCIES = {
  "@cfworker/json-schema": "^4.1.1",
  "@nats-io/nats-core": "^3.4.0",
  // Before 3.0.0 each release may differ.
  "@nats-io/services": "3.0.0-25",
  "@nats-io/transport-node": "^3.4.0",
  commander: "^14.0.3",
  micromark: "^4.0.3",
  "micromark-extension-gfm-table": "^2.1.2",
  ws: "^8.23.0",
};

/** What a program brings itself, if it uses the entry that needs it. */
const PEER_DEPENDENCIES = { "@opentelemetry/api": "^1.9.0" };

/** What browsers can't load: they get an empty module in its place. */
const NOT_FOR_BROWSERS = {
  "@nats-io/transport-node": false,
  "@nats-io/transport-node/lib/node_transport.js": false,
};

/** The files of an entry. */
function entryOf(source: string): object {
  const browser = FOR_BROWSERS[source];
  const files = filesOf(source);
  return browser === undefined
    ? files
    : { browser: filesOf(browser), ...files };
}

/** The files that a module of the sources becomes. */
function filesOf(source: string): { types: string; default: string } {
  const path = source.replace(/^\.\//, "./dist/").replace(/\.ts$/, "");
  return { types: `${path}.d.ts`, default: `${path}.js` };
}

/** The `package.json` of the npm package: the same names as on JSR. */
export function packageJson(config: DenoConfig): object {
  const { name, version, license, exports } = config;
  return {
    name,
    version,
    description:
      "The Fizyr RPC protocol: requests, updates, streams and typed interfaces",
    license,
    type: "module",
    sideEffects: false,
    dependencies: DEPENDENCIES,
    peerDependencies: PEER_DEPENDENCIES,
    peerDependenciesMeta: { "@opentelemetry/api": { optional: true } },
    bin: { fizyr: "./dist/cli/bin.js" },
    browser: NOT_FOR_BROWSERS,
    engines: { node: ">=22.3" },
    exports: {
      ...Object.fromEntries(
        Object.entries(exports).map((
          [name, source],
        ) => [name, entryOf(source)]),
      ),
      "./package.json": "./package.json",
    },
    files: ["dist", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-BSD"],
  };
}
