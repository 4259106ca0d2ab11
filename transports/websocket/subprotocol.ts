/** The subprotocol that says that both ends are of this library. */
export const SUBPROTOCOL = "fizyr-rpc";

/** What stands in front of a token, in the subprotocol that carries it. */
const TOKEN_PREFIX = `${SUBPROTOCOL}.token.`;

/** What is shown in place of a token. */
const MASK = "***";

/** The subprotocols that a client offers. */
export interface Offer {
  /** As they came, but with the token masked. */
  readonly protocols: readonly string[];
  /** The token; null if there is none, or if it can't be decoded. */
  readonly token: string | null;
}

/**
 * The subprotocols that a client of this library offers. The token is one of them, and
 * not a part of the address, since addresses are logged.
 *
 * @throws {TypeError} If the token is empty.
 */
export function offerOf(token: string | undefined): string[] {
  if (token === undefined) return [SUBPROTOCOL];
  if (typeof token !== "string" || token === "") {
    throw new TypeError("token must be a text that isn't empty");
  }
  return [SUBPROTOCOL, TOKEN_PREFIX + toBase64Url(token)];
}

/** Reads the header `Sec-WebSocket-Protocol` of a client. */
export function readOffer(header: string | null | undefined): Offer {
  const offered = (header ?? "").split(",").map((name) => name.trim())
    .filter((name) => name !== "");
  const carrier = offered.find((name) => name.startsWith(TOKEN_PREFIX));
  return {
    protocols: offered.map((name) =>
      name.startsWith(TOKEN_PREFIX) ? TOKEN_PREFIX + MASK : name
    ),
    token: carrier === undefined
      ? null
      : fromBase64Url(carrier.slice(TOKEN_PREFIX.length)),
  };
}

function toBase64Url(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Null if it is none. */
function fromBase64Url(text: string): string | null {
  if (!/^[\w-]+$/.test(text)) return null;
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(bytes);
  } catch {
    return null;
  }
}
