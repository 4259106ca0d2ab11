import { RpcError } from "../../protocol/error.ts";
import { completeDefinition } from "../declare/complete_definition.ts";
import type { InterfaceDefinition } from "../declare/definition.ts";
import type { ServerStats } from "./interface_stats.ts";
import type { ServerDescription } from "./server_description.ts";

type Shape = Primitive | Members | [Members | Primitive];

type Primitive = "string" | "number" | "boolean" | "object";

/** What an object must have; names that end in `?` may be missing. */
interface Members {
  readonly [name: string]: Shape;
}

const BODY: Members = { kind: "string", "schema?": "object" };
/** What all items have, and more. Calls that are marked as pure are left out where nobody reads descriptions. */
function item(members: Members): Members {
  return {
    name: "string",
    id: "number",
    doc: "string",
    hidden: "boolean",
    ...members,
  };
}

const MESSAGE: Members = /* @__PURE__ */ item({ body: BODY });
const ERROR: Members = {
  name: "string",
  doc: "string",
  hidden: "boolean",
  body: BODY,
};
const DESCRIPTION: Members = {
  "name?": "string",
  "version?": "string",
  "vendor?": "string",
  interfaces: [{
    name: "string",
    doc: "string",
    hidden: "boolean",
    format: "string",
    services: [
      /* @__PURE__ */ item({
        request: BODY,
        response: BODY,
        requestUpdates: [MESSAGE],
        responseUpdates: [MESSAGE],
        "errors?": [ERROR],
      }),
    ],
    streams: [/* @__PURE__ */ item({ body: BODY, "from?": "string" })],
    "errors?": [ERROR],
  }],
};

const CONNECTION: Members = {
  transport: "string",
  since: "number",
  state: "string",
  messagesSent: "number",
  messagesReceived: "number",
  bytesSent: "number",
  bytesReceived: "number",
  openSentRequests: "number",
  openReceivedRequests: "number",
  waitingSends: "number",
  queuedBytes: "number",
  inboxMessages: "number",
  inboxBytes: "number",
  unreadUpdates: "number",
  pauses: "number",
  pausedTime: "number",
  reading: { paused: "boolean", "since?": "number" },
  openRequests: [{
    direction: "string",
    requestId: "number",
    serviceId: "number",
    since: "number",
    age: "number",
    state: "string",
    unreadUpdates: "number",
  }],
};

const STATS: Members = {
  interfaces: [{
    name: "string",
    connections: "number",
    services: [{
      name: "string",
      id: "number",
      calls: "number",
      open: "number",
      errors: "object",
      durations: {
        bounds: ["number"],
        counts: ["number"],
        sum: "number",
        max: "number",
      },
    }],
  }],
  "listener?": {
    addr: { transport: "string" },
    since: "number",
    accepted: "number",
    open: "number",
    refused: "number",
    failedAccepts: "number",
    total: "object",
    connections: [CONNECTION],
  },
};

/**
 * Checks what the other side says that it has counted.
 *
 * @throws {RpcError} `decode-failed` if these are no figures.
 */
export function readStats(value: unknown): ServerStats {
  check("What is counted", value, STATS);
  return value as ServerStats;
}

/**
 * Checks what the other side says that it offers, as far as programs rely on it.
 *
 * @throws {RpcError} `decode-failed` if it is no description.
 */
export function readDescription(value: unknown): ServerDescription {
  check("The description", value, DESCRIPTION);
  const description = value as ServerDescription;
  return {
    ...description,
    interfaces: description.interfaces.map((definition) =>
      completeDefinition(definition)
    ),
  };
}

/**
 * Checks a definition that may come from anywhere.
 *
 * @throws {RpcError} `decode-failed` if it is none.
 */
export function checkedDefinition(value: unknown): InterfaceDefinition {
  const [shape] = DESCRIPTION.interfaces as [Members];
  check("The definition of an interface", value, shape);
  return completeDefinition(value as InterfaceDefinition);
}

function check(what: string, value: unknown, shape: Shape): void {
  if (typeof shape === "string") {
    if (typeof value !== shape || value === null) throw wrong(what, shape);
  } else if (Array.isArray(shape)) {
    if (!Array.isArray(value)) throw wrong(what, "list");
    for (const [index, item] of value.entries()) {
      check(`${what}[${index}]`, item, shape[0]);
    }
  } else {
    if (typeof value !== "object" || value === null) {
      throw wrong(what, "object");
    }
    for (const [key, member] of Object.entries(shape)) {
      const name = key.replace("?", "");
      const found = (value as Readonly<Record<string, unknown>>)[name];
      if (found === undefined && name !== key) continue;
      check(`${what}: ${name}`, found, member);
    }
  }
}

function wrong(what: string, wanted: string): RpcError {
  return new RpcError("decode-failed", `${what} is no ${wanted}`, {
    side: "remote",
  });
}
