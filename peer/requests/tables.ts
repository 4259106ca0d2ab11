import type { Body } from "../../protocol/body.ts";
import type { ReceivedRequest } from "./received_request.ts";
import type { RequestTracker } from "./request_tracker.ts";
import type { SentRequest } from "./sent_request.ts";

/** The tables of open requests of a connection. */
export type Tables<B extends Body> = RequestTracker<
  SentRequest<B>,
  ReceivedRequest<B>
>;
