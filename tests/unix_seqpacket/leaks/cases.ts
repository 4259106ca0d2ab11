import type { Cases } from "./case.ts";
import { FLOODS } from "./floods.ts";
import { HOSTILE } from "./hostile.ts";
import { HOSTILE_CONTROL } from "./hostile_control.ts";
import { HOSTILE_ENDS } from "./hostile_ends.ts";
import { LISTENERS } from "./listeners.ts";
import { READ_LIMITS } from "./read_limits.ts";
import { REQUESTS } from "./requests.ts";
import { SPOILED } from "./spoiled.ts";
import { UNREAD } from "./unread.ts";
import { UNREAD_REPLIES } from "./unread_replies.ts";
import { UNREAD_TRANSPORTS } from "./unread_transports.ts";
import { WRITE_LIMITS } from "./write_limits.ts";

/** All cases, by what they are about. */
export const CASES: Record<string, Cases> = {
  "messages nobody takes": UNREAD,
  "messages of a transport nobody takes": UNREAD_TRANSPORTS,
  "floods nobody reads": FLOODS,
  "replies nobody reads, of which few are open": UNREAD_REPLIES,
  "updates and responses nobody takes": REQUESTS,
  "bad datagrams": HOSTILE,
  "control data of all kinds": HOSTILE_CONTROL,
  "ends of all kinds": HOSTILE_ENDS,
  "listeners and reactors": LISTENERS,
  "reading limits": READ_LIMITS,
  "writing limits": WRITE_LIMITS,
  "descriptors that can't be sent": SPOILED,
};
