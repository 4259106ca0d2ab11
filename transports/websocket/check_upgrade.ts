import { hostName } from "../../internal/runtime/host_name.ts";
import { readOffer, SUBPROTOCOL } from "./subprotocol.ts";

/** Which pages and names a server of WebSockets takes. */
export interface UpgradeOptions {
  /**
   * The origins of pages that may connect, such as `"https://app.example"`, besides
   * pages that come from this server itself. `"null"` stands for pages without one, such
   * as files. A client that is no page has no origin, and isn't asked for one.
   */
  allowedOrigins?: readonly string[] | undefined;
  /**
   * The names of this server, besides IP addresses, `localhost` and the name of this
   * machine (in Deno that takes `--allow-sys=hostname`). A page could have any other name
   * lead to this server, and then come from "the server itself".
   */
  allowedHosts?: readonly string[] | undefined;
}

/** What a client asks for, as its request has it. */
export interface UpgradeRequest {
  /** The header `Host`. */
  readonly host: string | null;
  /** The header `Origin`. */
  readonly origin: string | null;
  /** The header `Sec-WebSocket-Protocol`. */
  readonly protocols: string | null;
}

/** Why a client is refused. */
export interface Refusal {
  /** The HTTP status. */
  readonly status: 400 | 401 | 403 | 404 | 426 | 503;
  /** For people; names the option that would allow it. */
  readonly text: string;
}

/**
 * Checks options. A text in place of a list would allow each part of it.
 *
 * @throws {TypeError} If one is no list of texts.
 */
export function checkUpgradeOptions(options: UpgradeOptions): void {
  for (const name of ["allowedOrigins", "allowedHosts"] as const) {
    const list = options[name] ?? [];
    if (Array.isArray(list) && list.every((x) => typeof x === "string")) {
      continue;
    }
    throw new TypeError(
      `${name} must be a list of texts, got ${JSON.stringify(list)}`,
    );
  }
}

/**
 * Checks which server, page and protocol a client names. These rules protect servers in
 * a private network from the pages that its users visit: browsers let any page open a
 * WebSocket to any address.
 *
 * @returns Why it is refused, or null.
 */
export function checkUpgrade(
  { host, origin, protocols }: UpgradeRequest,
  { allowedOrigins = [], allowedHosts = [] }: UpgradeOptions,
): Refusal | null {
  const name = nameOf(host);
  if (name === null || !isOwnName(name, allowedHosts)) {
    return {
      status: 403,
      text: `The host ${
        JSON.stringify(host)
      } is not known to be this server: allowedHosts can name it`,
    };
  }
  if (origin !== null && !isOwnOrigin(origin, host!, allowedOrigins)) {
    return {
      status: 403,
      text: `Pages of the origin ${
        JSON.stringify(origin)
      } may not connect: allowedOrigins can name it`,
    };
  }
  const offer = readOffer(protocols).protocols;
  if (offer.length > 0 && !offer.includes(SUBPROTOCOL)) {
    return {
      status: 400,
      text:
        `None of the subprotocols offered is known here: offer "${SUBPROTOCOL}", or none at all`,
    };
  }
  return null;
}

/** The host of a `Host` header in lower case, without its port; null if it is none. */
function nameOf(host: string | null): string | null {
  if (host === null || !/^[^\s/?#@\\]+$/.test(host)) return null;
  const url = `http://${host}`;
  return URL.canParse(url) ? new URL(url).hostname : null;
}

function isOwnName(name: string, allowed: readonly string[]): boolean {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name) || name.startsWith("[")) return true;
  if (name === "localhost" || name.endsWith(".localhost")) return true;
  if (allowed.some((other) => other.toLowerCase() === name)) return true;
  return hostName()?.toLowerCase() === name;
}

function isOwnOrigin(
  origin: string,
  host: string,
  allowed: readonly string[],
): boolean {
  if (allowed.includes(origin)) return true;
  if (!/^https?:\/\//i.test(origin) || !URL.canParse(origin)) return false;
  const { protocol, host: page } = new URL(origin);
  // The host without the port that is usual for the page.
  return new URL(`${protocol}//${host}`).host === page;
}
