/** The npm package, in Node and Bun: see `support/npm_project.ts`. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { testUnless } from "../support/permissions.ts";
import { whyNoNats } from "../support/servers/nats_server.ts";
import { whyNoChromium } from "../support/browser/chromium.ts";
import {
  NATIVE_PROGRAM,
  whyNoNative,
} from "../interop/support/native_program.ts";
import { Program } from "../interop/support/program.ts";
import { bind } from "../../mod.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { Ca, whyNoCertificates } from "../tls/certificates.ts";
import { CORE_RESULT } from "../runtime/core_result.ts";
import { programOf, PROJECT, RUNTIME_NAMES } from "./support/npm_project.ts";
import {
  CAMERA_ITEMS,
  runPackage,
  serveCamera,
  useCommand,
} from "./support/command.ts";
import { bundle, gzipped, loadedSize } from "./support/build_with.ts";
import { followDocs } from "./support/newcomer.ts";
import {
  commandOf,
  converse,
  printedIn,
  type Program as RuntimeProgram,
  runIn,
  start,
  startServer,
} from "./support/programs.ts";

/** What `programs/client.ts` prints. */
const CONVERSATION = {
  frames: [1, 2, 3],
  image: [4 * 1024 * 1024, 3, 3],
  error: [3, "remote-error"],
  temperatures: "[20.5,21.5]",
  many: 1,
  reason: "stopped",
  closed: null,
};

/** What a call of Deno's C library says elsewhere. */
function needsDeno(what: string): string[] {
  const text = "needs Deno, whose FFI reaches the system's C library";
  return ["NotSupported", "undefined", `${what} ${text}`];
}

function usesBind(subPath: string): string[] {
  const text =
    `listen is synchronous, and sockets listen at once in Deno only: use "await bind(address, options)" of @fizyr/rpc or @fizyr/rpc/transports/${subPath}`;
  return ["TypeError", "undefined", text];
}

function inUse(path: string, why: string): string[] {
  const text = `Cannot listen on FOLDER/${path}: ${why}`;
  return ["AddrInUse", "undefined", text];
}

/** What `programs/failures.ts` prints. */
const FAILURES = {
  listen: usesBind("tcp"),
  listenUnix: usesBind("unix-stream"),
  taken: ["AddrInUse", "EADDRINUSE"],
  takenUnix: inUse("socket", "something listens on it"),
  file: inUse("file", "there is a file, and it is no socket"),
  leftOver: ["nothing"],
  refused: ["ConnectionRefused", "ECONNREFUSED"],
  missing: ["NotFound", "ENOENT"],
  seqpacket: needsDeno("A Unix seqpacket socket"),
  bindSeqpacket: needsDeno("A Unix seqpacket socket"),
  ring: needsDeno("A connection over rings in shared memory"),
  bindRing: needsDeno("A connection over rings in shared memory"),
  sharedMemory: needsDeno("Shared memory"),
  descriptor: needsDeno("A file descriptor"),
  aborted: ["Error", "undefined", "no"],
  pending: [
    ["Interrupted", "undefined", "The connection was closed"],
    ["Interrupted", "undefined", "The connection was closed"],
  ],
  closedListener: ["RpcError", "connection-closed", "The listener is closed"],
  mode: "600",
  left: ["file"],
};

/** What a client by TLS is told whose protocols the server doesn't take. */
const NO_PROTOCOL =
  'Cannot connect to ADDRESS: the other side takes none of the protocols of alpn, ["ours"]';

/** What a client by TCP is told that has come to a port of TLS. */
const NO_TLS = "The other side sent a TLS alert, as its port expects TLS";

/** What is told of a worker that has ended itself. */
const WORKER_EXITED = "The worker has ended, with exit code 7";

const noCertificates = whyNoCertificates();

const DENO: RuntimeProgram = "Deno";
for (const name of RUNTIME_NAMES) {
  Deno.test(`the core runs in ${name}`, async () => {
    assertEquals(await runIn(name, "core_program.ts"), CORE_RESULT);
  });

  for (const kind of ["tcp", "unix", "ws", "nats"] as const) {
    const missing = kind === "nats" ? whyNoNats() : null;
    for (const [client, server] of [[name, DENO], [DENO, name]] as const) {
      const title = `a client in ${client}, a server in ${server}, ${kind}`;
      testUnless(missing, title, async () => {
        assertEquals(await converse(kind, server, client), CONVERSATION);
      });
    }
  }

  Deno.test(`what is unref'd lets ${name} end`, async () => {
    assertEquals(await runIn(name, "unref.ts"), "still there");
  });

  Deno.test(`what fails in ${name} says why`, async () => {
    assertEquals(await runIn(name, "failures.ts"), FAILURES);
  });
}

/** Who looks after whom. */
const SUPERVISED: readonly (readonly [RuntimeProgram, RuntimeProgram])[] = [
  ...RUNTIME_NAMES.filter((name) => name !== "Bun")
    .map((name) => [name, name] as const),
  ["Node 22", DENO],
  [DENO, "Node 22"],
  ["Bun", "Node 22"],
];

Deno.test("a program in Bun can't be looked after, and says so", async () => {
  await assertRejects(
    () => printedIn("Bun", "supervised.ts"),
    Error,
    "NotSupported: connectToParent needs Deno or Node",
  );
});

for (const [parent, child] of SUPERVISED) {
  Deno.test(`${parent} looks after a program in ${child}`, async () => {
    const command = commandOf(child, "supervised.ts");
    assertEquals(await runIn(parent, "supervise.ts", "kill", ...command), {
      isOwn: true,
      echoed: true,
      signal: "SIGKILL",
      isAnother: true,
      starts: 2,
      status: 0,
      lines: ["stdout: started", "stdout: started", "stdout: served"],
    });
  });

  Deno.test(`a program in ${child} ends when ${parent} is killed`, async () => {
    using folder = new TempDir();
    const address = `unix:${folder.file("witness.sock")}`;
    await using listener = await bind(address);
    const command = commandOf(child, "supervised.ts");
    const args = ["wait", ...command, address];
    const killed = start(parent, "supervise.ts", args);
    // It lives as long as the program does.
    const witness = await listener.accept();
    const serving = witness.serve({});
    killed.kill("SIGKILL");
    await killed.output();
    await serving;
  });
}

testUnless(
  whyNoChromium(),
  "from an empty folder to calls from Node and a page",
  () => followDocs({ page: true }),
);
// What it tests is in the other one too, where that can run.
if (whyNoChromium() !== null) {
  Deno.test(
    "from an empty folder to calls from Node",
    () => followDocs({ page: false }),
  );
}

for (const name of RUNTIME_NAMES) {
  testUnless(noCertificates, `TLS in ${name}, which Bun refuses`, async () => {
    await using ca = await Ca.make();
    const both = JSON.stringify({ ...await ca.sign("both"), ca: ca.cert });
    const expected = name === "Bun" ? "NotSupported" : [
      ...["by TLS", "both", "both", "InvalidData", "connection-aborted"],
      ...[NO_PROTOCOL, NO_TLS, NO_PROTOCOL, NO_TLS],
    ];
    assertEquals(await runIn(name, "tls.ts", both), expected);
  });
}

for (const name of RUNTIME_NAMES) {
  Deno.test(`a worker of node:worker_threads in ${name}`, async () => {
    assertEquals(await runIn(name, "worker.ts"), {
      asked: "Who?",
      image: [0, 4 * 1024 * 1024, 7, 7],
      ordered: true,
      exited: ["connection-aborted", WORKER_EXITED],
      portClosed: ["before", "connection-aborted", "The port was closed"],
      workerGone: ["before", "connection-aborted", "The port was closed"],
      unreadable: [
        "before",
        "connection-aborted",
        "A message on the port can't be read in this program",
      ],
      exit: ["connection-aborted", WORKER_EXITED],
    });
  });

  const title = `servers of node:http and of wss:// in ${name}`;
  testUnless(noCertificates, title, async () => {
    await using ca = await Ca.make();
    const signed = JSON.stringify({ ...await ca.sign("server"), ca: ca.cert });
    assertEquals(await runIn(name, "upgrade.ts", signed), {
      page: "a page",
      answer: "upgraded",
      stranger: "PermissionDenied",
      foreign: 403,
      refused: 2,
      secret: "by TLS",
      untrusted: true,
    });
  });
}

const noNative = whyNoNative();

for (const name of RUNTIME_NAMES) {
  const asking = `a client in ${name}, a server of the native crate`;
  testUnless(noNative, asking, async () => {
    const role = ["camera-serve", "127.0.0.1:0"];
    await using native = new Program(NATIVE_PROGRAM, role);
    const address = (await native.line())?.replace("listening on ", "");
    assertEquals(await runIn(name, "native_client.ts", address!), {
      ping: null,
      updates: [0, 0, 1, 1],
      response: { images: 2, cancelled: "enough" },
      refused: "nothing to record",
    });
  });

  const serving = `a client of the native crate, a server in ${name}`;
  testUnless(noNative, serving, async () => {
    const server = await startServer(name, "native_server.ts", "127.0.0.1:0");
    const { port } = JSON.parse(server.addr);
    const role = ["camera-ask", `127.0.0.1:${port}`];
    await using native = new Program(NATIVE_PROGRAM, role);
    const image =
      "record: Ok(Image(Image { index: 0, width: 1, height: 1, format: Mono8, data: [0] }))";
    assertEquals(await native.end(), [[
      "ping: Ok(())",
      "record: Ok(State(Preparing))",
      image,
      image.replace("index: 0", "index: 1").replace("[0]", "[1]"),
      "record: Ok(Recording { images: 2, cancelled: None })",
      "record: Ok(State(Preparing))",
      image,
      "cancel: Ok(())",
      `record: Ok(Recording { images: 1, cancelled: Some("enough") })`,
      `record: Err("nothing to record")`,
      "reset: Ok(())",
      "Stream(Temperature(Temperature { celsius: 21.5 }))",
      "ping: Ok(())",
      "done",
    ], 0]);
    await server.ended;
  });
}

for (const name of RUNTIME_NAMES) {
  Deno.test(`the command in ${name}`, () => useCommand(name));
}

Deno.test("npx and bunx run the command", async () => {
  await using server = serveCamera();
  const list = ["@fizyr/rpc", "list", server.address];
  const npx = await runPackage("Node 22", ["npx", "--no-install", ...list]);
  assertEquals(npx.map((line) => JSON.parse(line).name), CAMERA_ITEMS);
  const bunx = [programOf("Bun"), "x", "--bun", ...list];
  assertEquals(await runPackage("Bun", bunx), npx);
});

Deno.test(
  "OpenTelemetry: the SDK for Node gets the spans of calls and handlers, as one trace",
  async () => {
    assertEquals(await runIn("Node 24", "otel.ts"), {
      traces: 1,
      spans: [
        ["expose, INTERNAL", "Camera/record, SERVER"],
        ["Camera/record, SERVER", "Camera/record, CLIENT"],
        ["Camera/record, CLIENT", "shift, INTERNAL"],
        ["shift, INTERNAL", null],
      ],
    });
  },
);

/** A typed client over a pair of streams, minified and compressed: it had 47.1 KB. */
const MAX_CLIENT = 47_300;

Deno.test(
  "a typed client for browsers is small, and has what it needs only",
  async () => {
    const code = await bundle("size.js");
    // The C library, listening sockets, and what Node alone has.
    for (
      const other of [
        ...["dlopen", "accept4", "node:net", "drainTimeout must"],
        // The shape of descriptions: it is made at import, and only readers need it.
        "schema?",
      ]
    ) {
      assertEquals([other, code.includes(other)], [other, false]);
    }
    const size = await gzipped(code);
    assert(
      size <= MAX_CLIENT,
      `It has ${size} bytes, of at most ${MAX_CLIENT}`,
    );
  },
);

/** A typed client of a WebSocket, minified and compressed: it had 50.7 KB. */
const MAX_WEB_SOCKET_CLIENT = 50_900;

Deno.test(
  "a typed client of a WebSocket has nothing of servers, of ws and of FFI",
  async () => {
    const code = await bundle("websocket.js");
    for (
      const other of [
        "dlopen",
        "node:",
        "upgradeWebSocket",
        "WebSocketServer",
        "allowedOrigins",
        "ws does not work in the browser",
        "maxPayload",
        "the preface of HTTP/2",
      ]
    ) {
      assertEquals([other, code.includes(other)], [other, false]);
    }
    const size = await gzipped(code);
    assert(
      size <= MAX_WEB_SOCKET_CLIENT,
      `It has ${size} bytes, of at most ${MAX_WEB_SOCKET_CLIENT}`,
    );
  },
);

/**
 * Parts of the package, minified and compressed: what is loaded at the start, and with
 * all that is loaded when it is first needed. They had 32.8, 45.0 and 53.0, 48.9 and 61.7
 * KB. What is loaded later is compressed apart, so the sum is more than one file has.
 */
const MAX_PARTS = {
  "peer.js": { atStart: 32_900, inAll: 32_900 },
  "tcp.js": { atStart: 45_200, inAll: 53_200 },
  "seqpacket.js": { atStart: 49_300, inAll: 61_900 },
} as const;

for (const [file, max] of Object.entries(MAX_PARTS)) {
  Deno.test(`what ${file} takes of it has at most ${max.inAll} bytes`, async () => {
    const { atStart, inAll } = await loadedSize(file);
    assert(atStart <= max.atStart, `It loads ${atStart} bytes at the start`);
    assert(inAll <= max.inAll, `It has ${inAll} bytes`);
  });
}

Deno.test("what nobody uses of it isn't bundled", async () => {
  const code = await bundle("unused.js");
  // The constant, and how esbuild begins a module that is loaded later elsewhere.
  assert(code.length < 300, code);
});

Deno.test("in a page, nats:// is NotSupported", async () => {
  const code = await bundle("nats_page.js");
  await Deno.writeTextFile(`${PROJECT}nats_page.bundle.js`, code);
  assertEquals(await runIn("Node 24", "nats_page.bundle.js"), [
    "NotSupported",
    "NATS needs sockets, which pages haven't: connect to a server by WebSocket, and have it relay",
  ]);
});
