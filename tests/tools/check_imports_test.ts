/** The check that imports run one way: what it finds, and what it lets pass. */
import { assertEquals } from "@std/assert";
import { checkStructure } from "../../tools/dev/structure_rules.ts";
import { importOf, project } from "./support.ts";

Deno.test("imports from a lower room pass", () => {
  const files = project({
    "mod.ts": [importOf("./endpoints/tcp.ts")],
    "endpoints/tcp.ts": [importOf("../transports/tcp/tcp.ts")],
    "transports/tcp/tcp.ts": [
      importOf("../libc/libc.ts"),
      importOf("../../protocol/header.ts"),
      importOf("@std/bytes"),
    ],
    "transports/libc/libc.ts": [],
    "protocol/header.ts": [],
    "tests/protocol/header_test.ts": [importOf("../../mod.ts")],
  });
  assertEquals(checkStructure(files), []);
});

for (
  const [what, line] of [
    ["a value", 'import { Peer } from "../peer/peer.ts";'],
    ["a type", 'import type { Peer } from "../peer/peer.ts";'],
    [
      "many lines",
      'import {\n  Peer,\n  type Options,\n} from "../peer/peer.ts";',
    ],
    ["a re-export", 'export * from "../peer/peer.ts";'],
    ["a side effect", 'import "../peer/peer.ts";'],
    ["a module at run time", 'const peer = await import("../peer/peer.ts");'],
    ["a type in place", 'let peer: import("../peer/peer.ts").Peer;'],
  ] as const
) {
  Deno.test(`an import from a higher room is found: ${what}`, () => {
    const files = project({
      "protocol/header.ts": [line],
      "peer/peer.ts": [],
    });
    assertEquals(checkStructure(files), [
      "protocol/header.ts imports peer/peer.ts: peer/ is not below protocol/",
    ]);
  });
}

Deno.test("an import in a comment is none", () => {
  const files = project({
    "protocol/header.ts": [
      '// import "../peer/peer.ts";',
      "/**",
      ' * import { Peer } from "../peer/peer.ts";',
      " */",
    ],
    "peer/peer.ts": [],
  });
  assertEquals(checkStructure(files), []);
});

for (
  const [file, target, why] of [
    [
      "interface/mod.ts",
      "endpoints/tcp.ts",
      "endpoints/ is not below interface/",
    ],
    [
      "endpoints/tcp.ts",
      "interface/mod.ts",
      "interface/ is not below endpoints/",
    ],
    ["peer/peer.ts", "mod.ts", "nothing imports what lies in the root"],
    [
      "peer/peer.ts",
      "tests/support/scene.ts",
      "tests/ is no part of the library",
    ],
    ["attic/old.ts", "peer/peer.ts", "attic/ has no floor in FLOORS"],
    [
      "transports/tcp/tcp.ts",
      "transports/memory/pipe.ts",
      "only memory/ itself imports that transport",
    ],
    [
      "transports/libc/libc.ts",
      "transports/memory/pipe.ts",
      "only memory/ itself imports that transport",
    ],
    [
      "transports/channel.ts",
      "transports/memory/pipe.ts",
      "only memory/ itself imports that transport",
    ],
  ] as const
) {
  Deno.test(`${file} must not import ${target}`, () => {
    const up = "../".repeat(file.split("/").length - 1);
    const files = project({ [file]: [importOf(up + target)], [target]: [] });
    assertEquals(checkStructure(files), [`${file} imports ${target}: ${why}`]);
  });
}

Deno.test("transports/mod.ts shows all transports", () => {
  const files = project({
    "transports/mod.ts": [importOf("./memory/pipe.ts")],
    "transports/memory/pipe.ts": [],
  });
  assertEquals(checkStructure(files), []);
});

Deno.test("a circle is found once, by its shortest way", () => {
  const files = project({
    "peer/a.ts": [importOf("./b.ts"), importOf("./c.ts")],
    "peer/b.ts": ['import type { C } from "./c.ts";'],
    "peer/c.ts": [importOf("./d.ts"), importOf("./a.ts")],
    "peer/d.ts": [],
    "peer/e.ts": [importOf("./a.ts")],
  });
  assertEquals(checkStructure(files), [
    "circle: peer/a.ts -> peer/c.ts -> peer/a.ts",
  ]);
});

Deno.test("each circle is found, and a file that imports itself", () => {
  const files = project({
    "peer/a.ts": [importOf("./b.ts")],
    "peer/b.ts": [importOf("./a.ts"), importOf("./c.ts")],
    "peer/c.ts": [importOf("./d.ts")],
    "peer/d.ts": [importOf("./c.ts")],
    "peer/self.ts": [importOf("./self.ts")],
  });
  assertEquals(checkStructure(files).sort(), [
    "circle: peer/a.ts -> peer/b.ts -> peer/a.ts",
    "circle: peer/c.ts -> peer/d.ts -> peer/c.ts",
    "circle: peer/self.ts -> peer/self.ts",
  ]);
});

Deno.test("a long file and a full folder are found, tests among them", () => {
  const full = Array.from(
    { length: 26 },
    (_, i) => [`tests/many/t${i}.ts`, []],
  );
  const files = project({
    "peer/long.ts": Array(401).fill("// a line"),
    "peer/enough.ts": Array(400).fill("// a line"),
    ...Object.fromEntries(full.slice(1)),
  });
  assertEquals(checkStructure(files), [
    "peer/long.ts has 401 lines, of at most 400",
  ]);
  assertEquals(checkStructure(project(Object.fromEntries(full))), [
    "tests/many/ has 26 files, of at most 25",
  ]);
});
