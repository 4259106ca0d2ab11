import type { LinkStatus } from "@fizyr/rpc/reconnect";
import { find } from "./elements.ts";

/** What the states are called on the page. */
const WORDS: Readonly<Record<LinkStatus["state"], string>> = {
  connecting: "connecting",
  connected: "connected",
  waiting: "away, trying again",
  draining: "closing",
  closed: "closed",
};

/** Shows the state of a connection beside its name. */
export function showStatus(id: string, { state }: LinkStatus): void {
  find(`#${id}`, HTMLLIElement).dataset.state = state;
  find(`#${id} output`, HTMLOutputElement).value = WORDS[state];
}
