import type { ShownListener } from "./snapshot.ts";

/** What is inspected, as far as it is known without asking the server. */
export interface InspectedServer {
  /** Where it is. */
  readonly address: string;
  /** Its connections; null where they aren't known. */
  listener(): ShownListener | null;
}
