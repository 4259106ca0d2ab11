import type { NatsConnection } from "./nats_connection.ts";

/**
 * Where to connect or listen: `"nats://host:4222/subject"`, with several servers of a
 * cluster `"nats://a:4222,b:4222/subject"`; or an object.
 */
export type NatsAddress = `nats://${string}` | NatsAddr | {
  /** The transport. */
  readonly transport: "nats";
  /** A connection to NATS that is there already; it stays open. */
  readonly connection: NatsConnection;
  /** The subject. */
  readonly subject: string;
};

/** The address of a listener; it can be connected to as it is. */
export interface NatsAddr {
  /** The transport. */
  readonly transport: "nats";
  /** The host of a server of NATS: the one that the listener had connected to. */
  readonly hostname: string;
  /** Its port. */
  readonly port: number;
  /** The subject. */
  readonly subject: string;
}

/** An address that was read: servers, or a connection. */
export interface NatsTarget {
  /** The subject. */
  readonly subject: string;
  /** Servers to connect to; empty where there is a connection. */
  readonly servers: readonly string[];
  /** The connection, if there is one. */
  readonly connection: NatsConnection | null;
}

/** Longer ones would leave no room in the line in which servers read them. */
const MAX_SUBJECT_LEN = 1024;

/** What stands between the dots of a subject. */
const WORD = /^[^\s*>\p{Cc}]+$/u;

/** The port of NATS, where an address has none. */
const DEFAULT_PORT = 4222;

/**
 * Reads an address.
 *
 * @throws {TypeError} If it has another form.
 */
export function parseNatsAddress(address: string | NatsAddress): NatsTarget {
  if (typeof address !== "string") {
    const subject = checkSubject(address.subject);
    if ("connection" in address) {
      return { subject, servers: [], connection: address.connection };
    }
    const { hostname, port } = address;
    const host = String(hostname).includes(":") ? `[${hostname}]` : hostname;
    const servers = [checkServer(`${host}:${port}`)];
    return { subject, servers, connection: null };
  }
  const parts = /^nats:\/\/([^/]*)\/(.*)$/is.exec(address);
  if (parts === null) throw wrong(address);
  const [, hosts = "", subject = ""] = parts;
  if (hosts.includes("@")) {
    throw new TypeError(
      "An address of NATS can't hold a user or a password: they go into the nats option, as in { nats: { user, pass } }",
    );
  }
  return {
    subject: checkSubject(subject),
    servers: hosts.split(",").map(checkServer),
    connection: null,
  };
}

/**
 * Checks a subject that is sent to: words with dots between them, and no wildcards.
 *
 * @param name What it is, for the error.
 * @throws {TypeError} If it is none.
 */
export function checkSubject(subject: unknown, name = "A subject"): string {
  if (
    typeof subject === "string" && subject.length <= MAX_SUBJECT_LEN &&
    subject.split(".").every((word) => WORD.test(word))
  ) return subject;
  throw new TypeError(
    `${name} must be words with dots between them, as in "cell.camera", of at most ${MAX_SUBJECT_LEN} characters, got ${
      JSON.stringify(subject)
    }`,
  );
}

/**
 * Checks the name of a queue group. A blank in it would end the command that has it.
 *
 * @throws {TypeError} If it is none.
 */
export function checkQueue(queue: unknown): void {
  if (
    typeof queue === "string" && queue.length <= MAX_SUBJECT_LEN &&
    WORD.test(queue)
  ) return;
  throw new TypeError(
    `queue must be a name without blanks and wildcards, of at most ${MAX_SUBJECT_LEN} characters, got ${
      JSON.stringify(queue)
    }`,
  );
}

function checkServer(server: unknown): string {
  const match = typeof server === "string"
    ? /^(\[[0-9a-f:.]+\]|[^\s:/@,\[\]]+)(?::(\d{1,5}))?$/i.exec(server)
    : null;
  const port = Number(match?.[2] ?? DEFAULT_PORT);
  if (match === null || port < 1 || port > 65535) {
    throw new TypeError(
      `A server of NATS must look like "host:4222", got ${
        JSON.stringify(server)
      }`,
    );
  }
  return `${match[1]}:${port}`;
}

function wrong(address: unknown): TypeError {
  return new TypeError(
    `An address of NATS must look like "nats://host:4222/subject", got ${
      JSON.stringify(address)
    }`,
  );
}
