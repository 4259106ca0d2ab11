import { checkUpgrade } from "../transports/websocket/check_upgrade.ts";

/** What of a request decides whether it is answered. */
export interface InspectorRequest {
  readonly method: string;
  /** The path, with what is asked behind it. */
  readonly url: string;
  readonly host: string | null;
  readonly origin: string | null;
  /** The header `Sec-Fetch-Site`, which newer browsers send. */
  readonly site: string | null;
}

/** Why a request is refused. */
export interface InspectorRefusal {
  readonly status: 401 | 403;
  readonly text: string;
}

/**
 * Refuses what doesn't come from the inspector's own page with its token: a page of another
 * origin, and one whose name leads to this machine (DNS rebinding).
 */
export function admit(
  { method, url, host, origin, site }: InspectorRequest,
  { token, allowedHosts = [] }: {
    readonly token: string;
    readonly allowedHosts?: readonly string[] | undefined;
  },
): InspectorRefusal | null {
  const refusal = checkUpgrade(
    { host, origin, protocols: null },
    { allowedHosts },
  );
  if (refusal !== null) return { status: 403, text: refusal.text };
  const { pathname, searchParams } = new URL(url, "http://inspector");
  // A link may lead to the page itself; its requests come from nowhere else.
  const isForeign = site !== null && site !== "same-origin" && site !== "none";
  if (isForeign && pathname !== "/") {
    return { status: 403, text: "Only the page of the inspector may ask this" };
  }
  // Browsers name the origin of each POST.
  if (method === "POST" && origin === null) {
    return { status: 403, text: "The request names no origin" };
  }
  if (!isSame(searchParams.get("token") ?? "", token)) {
    return {
      status: 401,
      text:
        "The address of the inspector has a token in it, which is missing here or wrong: use the address that its program gives",
    };
  }
  return null;
}

/** Compares in a time that doesn't tell where texts differ. */
function isSame(given: string, expected: string): boolean {
  let difference = given.length ^ expected.length;
  for (let at = 0; at < expected.length; at++) {
    // NaN, which is 0 here, where the given one is too short.
    difference |= given.charCodeAt(at) ^ expected.charCodeAt(at);
  }
  return difference === 0;
}
