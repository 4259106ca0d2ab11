/** Importing: it asks for nothing, opens nothing, and loads one transport only. */
import { assert, assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { loadedModules } from "../support/processes/loaded_modules.ts";
import { LONG } from "../support/suite/long.ts";

const ROOT = new URL("../../", import.meta.url);

/** What deno.json exports, by name. */
async function exportsOfPackage(): Promise<[string, string][]> {
  const config: { exports: Record<string, string> } = JSON.parse(
    await Deno.readTextFile(new URL("deno.json", ROOT)),
  );
  return Object.entries(config.exports);
}

/** The modules of this package that an entry loads, without types. */
async function modulesOf(entry: string): Promise<string[]> {
  const modules = await loadedModules(entry);
  // What is not of this package is a URL.
  return modules.filter((path) => !URL.canParse(path));
}

/**
 * Imports entries in a process without any permission. What is asked for on import would
 * throw, or wait for an answer that doesn't come; and it is written down.
 */
async function importAll(entries: readonly string[]): Promise<void> {
  const imports = entries.map((path, i) =>
    `import * as entry${i} from ${JSON.stringify(new URL(path, ROOT).href)};\n`
  );
  const modules = entries.map((_, i) => `entry${i}`).join();
  const log = await Deno.makeTempFile();
  try {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "-"],
      cwd: ROOT,
      env: { NO_COLOR: "1", DENO_AUDIT_PERMISSIONS: log },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(
      `${imports.join("")}console.log([${modules}].filter((entry) =>
        Object.keys(entry).length > 0).length);`,
    ));
    await writer.close();
    const { code, stdout, stderr } = await child.output();
    const decoder = new TextDecoder();
    assertEquals(
      [entries, code, decoder.decode(stdout), decoder.decode(stderr)],
      [entries, 0, `${entries.length}\n`, ""],
    );
    assertEquals([entries, await Deno.readTextFile(log)], [entries, ""]);
  } finally {
    await Deno.remove(log);
  }
}

testWith(
  "run",
  "every entry can be imported without any permission, and asks for nothing, not even in vain",
  async () => {
    const entries = (await exportsOfPackage()).map(([, path]) => path);
    await importAll(entries);
    // Each by itself, as one may rest on what another one loads.
    if (LONG) { for (const entry of entries) await importAll([entry]); }
  },
);

for (
  const [entry, own] of [
    ["endpoints/tcp.ts", "tcp"],
    ["endpoints/tls.ts", "tls"],
    ["endpoints/unix_stream.ts", "unix_stream"],
    ["transports/memory/mod.ts", "memory"],
    ["transports/stream/mod.ts", "stream"],
    ["transports/message_port/mod.ts", "message_port"],
  ] as const
) {
  testWith("run", `${entry} loads no other transport`, async () => {
    const modules = await modulesOf(entry);
    assert(modules.some((path) => path.startsWith(`transports/${own}/`)));
    const others = [
      "tcp",
      "tls",
      "unix_stream",
      "memory",
      "stream",
      "message_port",
    ]
      .filter((name) => name !== own);
    for (const other of others) {
      const loaded = modules.filter((path) =>
        path.startsWith(`transports/${other}/`)
      );
      assertEquals(loaded, []);
    }
    if (own !== "unix_stream" && own !== "tcp") {
      const libc = modules.filter((path) => path.includes("libc"));
      assertEquals(libc, []);
    }
    // What listens with the option reactor is small; what runs connections is loaded
    // where somebody uses it.
    const reactor = modules.filter((path) =>
      /transports\/reactor\/|file_descriptor|socket_io|connect_reactor/.test(
        path,
      )
    );
    assertEquals(reactor, []);
  });
}

testWith(
  "run",
  "WebSockets and TLS are loaded when an address asks for them",
  async () => {
    const top = await loadedModules("mod.ts");
    assertEquals(
      top.filter((path) => /websocket\/open|[/:]ws[@/]/.test(path)),
      [],
    );
    assertEquals(
      top.filter((path) => /tls\/node|endpoints\/tls/.test(path)),
      [],
    );
    const own = await loadedModules("endpoints/websocket.ts");
    assert(own.includes("transports/websocket/open_with_ws.ts"));
    assertEquals(own.filter((path) => /[/:]ws[@/]/.test(path)), []);
  },
);

testWith(
  "run",
  "NATS is loaded when an address asks for it, and its client with a connection",
  async () => {
    const ofNats = /nats\/nats_transport|[/:]@nats-io[/]/;
    const top = await loadedModules("mod.ts");
    assertEquals(top.filter((path) => ofNats.test(path)), []);
    const own = await loadedModules("endpoints/nats.ts");
    assert(own.includes("transports/nats/nats_transport.ts"));
    const services = await loadedModules("nats/mod.ts");
    assert(services.includes("nats/responder_channel.ts"));
    for (const modules of [own, services]) {
      const others = modules.filter((path) =>
        /[/:]@nats-io[/]|transports[/](tcp|tls|websocket|unix|libc)/.test(path)
      );
      assertEquals(others, []);
    }
  },
);

testWith(
  "run",
  "what browsers load of WebSockets has no server in it",
  async () => {
    for (const path of await modulesOf("endpoints/websocket_browser.ts")) {
      assert(
        !/^listener|libc|ws\.ts$|open_with_ws|endpoints\/websocket\//.test(
          path,
        ),
        path,
      );
    }
  },
);

testWith("run", "the protocol loads no transport and no peer", async () => {
  for (const path of await modulesOf("protocol/mod.ts")) {
    assert(path.startsWith("protocol/") || path.startsWith("links/"), path);
  }
});

testWith("run", "imports point one way", async () => {
  const layers = ["protocol", "transports", "peer", "listener"];
  for (const [i, layer] of layers.entries()) {
    const beyond = [...layers.slice(i + 1), "endpoints"];
    for (const path of await modulesOf(`${layer}/mod.ts`)) {
      assert(
        !beyond.some((above) => path.startsWith(`${above}/`)),
        `${layer} loads ${path}`,
      );
    }
  }
});
