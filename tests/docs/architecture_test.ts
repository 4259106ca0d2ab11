/** What the docs say of the code: paths, options, and the states of a connection. */
import { assert, assertEquals } from "@std/assert";
import {
  type ConnectionEvent,
  type ConnectionState,
  nextState,
} from "../../peer/ending/connection_state.ts";
import { resolvePeerOptions } from "../../peer/options.ts";
import type { ListenerOptions } from "../../listener/listener_options.ts";
import { resolveStreamConfig } from "../../protocol/config.ts";
import { exists } from "../support/files/exists.ts";
import { testWith } from "../support/permissions.ts";

const ROOT = new URL("../../", import.meta.url);
const PAGE = new URL("docs/architecture.md", ROOT);

// As objects, so that one which is missing here doesn't compile.
const STATES = Object.keys(
  {
    "open": true,
    "draining": true,
    "half-closed": true,
    "write-failed": true,
    "closing": true,
    "lingering": true,
    "ended": true,
    "closed": true,
  } satisfies Record<ConnectionState, true>,
) as ConnectionState[];

const EVENTS = Object.keys(
  {
    "drain": true,
    "close": true,
    "remote-end": true,
    "answered": true,
    "idle": true,
    "written": true,
    "read-failed": true,
    "write-failed": true,
    "stalled": true,
    "quiet": true,
    "late": true,
    "released": true,
  } satisfies Record<ConnectionEvent, true>,
) as ConnectionEvent[];

/** The code's transitions, one a line, in alphabetical order. */
function transitionsOfCode(): string[] {
  return STATES.flatMap((from) =>
    EVENTS.map((event) => ({ from, event, to: nextState(from, event) }))
  ).filter(({ to }) => to !== null)
    .map(({ from, event, to }) => `${from} -- ${event} --> ${to}`).sort();
}

/** The cells of a table, whose header begins with a text; without the header. */
function readTable(text: string, header: string): string[][] {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.startsWith(header));
  assert(start >= 0, `no table begins with ${header}`);
  const rest = lines.slice(start);
  const end = rest.findIndex((line) => !line.startsWith("|"));
  return rest.slice(0, end).map((line) =>
    line.split("|").slice(1, -1).map((cell) => cell.replaceAll("`", "").trim())
  );
}

/** The mermaid diagram of a kind. */
function readDiagram(text: string, kind: string): string {
  const [, diagram] = text.split("```mermaid\n" + kind);
  assert(diagram !== undefined, `there is no ${kind}`);
  return diagram.split("```")[0]!;
}

for (
  const name of [
    "docs/architecture.md",
    "docs/decisions.md",
    "docs/reliability.md",
    "SECURITY.md",
  ]
) {
  testWith("read", `Docs: every path that ${name} names exists`, async () => {
    const page = new URL(name, ROOT);
    const text = await Deno.readTextFile(page);
    const named = [...text.matchAll(/`([^`\s]+)`/g)].map(([, code]) => code!);
    const diagrams = [...text.matchAll(/```mermaid\n(.*?)```/gs)]
      .map(([, diagram]) => diagram!.replaceAll(/<[^>]*>/g, " "));
    for (const diagram of diagrams) {
      named.push(...(diagram.match(/[\w.]+\/[\w./]*/g) ?? []));
    }
    const paths = named.filter((path) =>
      /^[\w./]+\/[\w./]*$|\.(ts|md|json|lua)$/.test(path)
    );
    assert(paths.length > 10, `found only ${paths.length} paths`);
    for (const path of paths) {
      assert(exists(new URL(path, ROOT).pathname), `there is no ${path}`);
    }
    const links = [...text.matchAll(/\]\(([^)#]+)/g)].map(([, link]) => link!);
    for (const link of links) {
      assert(exists(new URL(link, page).pathname), `there is no ${link}`);
    }
  });
}

const LISTENER_LIMITS: Required<
  Pick<
    ListenerOptions,
    "maxConnections" | "maxTotalOpenRequests" | "maxTotalQueuedBytes"
  >
> = {
  maxConnections: 1,
  maxTotalOpenRequests: 1,
  maxTotalQueuedBytes: 1,
};

testWith(
  "read",
  "Architecture: every option that is named exists",
  async () => {
    const text = await Deno.readTextFile(PAGE);
    const known: Record<string, unknown> = {
      ...resolvePeerOptions(),
      ...resolveStreamConfig(),
      ...LISTENER_LIMITS,
    };
    const named = text.match(/`(max[A-Z]\w+|\w+(QueueBytes|Timeout))`/g) ?? [];
    assert(named.length > 10, `found only ${named.length} options`);
    for (const name of named) {
      assert(name.replaceAll("`", "") in known, `there is no option ${name}`);
    }
  },
);

testWith(
  "read",
  "Architecture: the table of transitions is the code's",
  async () => {
    const text = await Deno.readTextFile(PAGE);
    const [header, , ...rows] = readTable(text, "| event ");
    const [, , ...states] = header!;
    const found: string[] = [];
    for (const [event, , ...targets] of rows) {
      for (const [i, to] of targets.entries()) {
        if (to !== "") found.push(`${states[i]} -- ${event} --> ${to}`);
      }
    }
    assertEquals(found.sort(), transitionsOfCode());
  },
);

testWith(
  "read",
  "Architecture: the diagram of states is the code's",
  async () => {
    const text = await Deno.readTextFile(PAGE);
    const diagram = readDiagram(text, "stateDiagram-v2")
      .replaceAll("<br/>", " ");
    const names = new Map(
      [...diagram.matchAll(/state "([^"]+)" as (\w+)/g)]
        .map(([, name, alias]) => [alias!, name!]),
    );
    const nameOf = (alias: string): string => names.get(alias) ?? alias;
    const arrows = [...diagram.matchAll(/^ *(\w+) --> (\w+): (.+)$/gm)];
    const found = arrows.flatMap(([, from, to, events]) =>
      events!.split(", ").map((event) =>
        `${nameOf(from!)} -- ${event} --> ${nameOf(to!)}`
      )
    );
    assertEquals(found.sort(), transitionsOfCode());
  },
);

testWith("read", "Architecture: every state is explained", async () => {
  const text = await Deno.readTextFile(PAGE);
  const [, , ...rows] = readTable(text, "| state ");
  assertEquals(rows.map(([state]) => state), STATES);
});
