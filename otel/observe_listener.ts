import type { Attributes, BatchObservableCallback } from "@opentelemetry/api";
import type { ListenerStats } from "../listener/listener_stats.ts";
import type { StatsListener } from "../interface/introspect/interface_stats.ts";
import { meter } from "./instruments.ts";
import type { ExtraAttributes } from "./trace_options.ts";

/** The options of `observeListener`. */
export interface ObserveOptions {
  /** Attributes of each figure, such as the name of the listener. */
  attributes?: ExtraAttributes | undefined;
}

/**
 * Gives the figures of a listener as metrics, whenever they are collected. Disposing
 * what it gives ends that. They are read off `listener.stats()`:
 *
 * - `fizyr.rpc.connections`: the open connections; `fizyr.rpc.connections.accepted`
 *   and `.refused`: how many there were
 * - `fizyr.rpc.requests`: the open requests, by `direction`
 * - `fizyr.rpc.queue.size`: bytes that wait, by `queue`: `write` or `inbox`
 * - `fizyr.rpc.connections.paused`: connections whose reading is paused now
 * - `fizyr.rpc.pauses`, `fizyr.rpc.pause.duration`: how often reading has paused, and
 *   for how many seconds
 * - `fizyr.rpc.messages`, `fizyr.rpc.io`: messages and bytes so far, by `direction`
 */
export function observeListener(
  listener: StatsListener,
  { attributes = {} }: ObserveOptions = {},
): Disposable {
  const made = meter();
  const name = (name: string): string => `fizyr.rpc.${name}`;
  const gauge = (what: string, unit: string) =>
    made.createObservableUpDownCounter(name(what), { unit });
  const counter = (what: string, unit: string) =>
    made.createObservableCounter(name(what), { unit });
  const open = gauge("connections", "{connection}");
  const paused = gauge("connections.paused", "{connection}");
  const accepted = counter("connections.accepted", "{connection}");
  const refused = counter("connections.refused", "{connection}");
  const requests = gauge("requests", "{request}");
  const queues = gauge("queue.size", "By");
  const pauses = counter("pauses", "{pause}");
  const pauseTime = counter("pause.duration", "s");
  const messages = counter("messages", "{message}");
  const bytes = counter("io", "By");
  const all = [
    ...[open, paused, accepted, refused, requests, queues],
    ...[pauses, pauseTime, messages, bytes],
  ];
  const observe: BatchObservableCallback = (result) => {
    const limits = { requests: 0, connections: Infinity };
    const { total, connections, ...stats } = listener.stats(limits);
    const sum = (
      figure: (connection: ListenerStats["connections"][number]) => number,
    ): number => connections.reduce((sum, one) => sum + figure(one), 0);
    const of = (more: Attributes): Attributes => ({ ...attributes, ...more });
    const sent = of({ direction: "sent" });
    const received = of({ direction: "received" });
    result.observe(open, stats.open, attributes);
    result.observe(accepted, stats.accepted, attributes);
    result.observe(refused, stats.refused, attributes);
    result.observe(
      paused,
      sum(({ reading }) => reading.paused ? 1 : 0),
      attributes,
    );
    result.observe(requests, sum((one) => one.openSentRequests), sent);
    result.observe(requests, sum((one) => one.openReceivedRequests), received);
    result.observe(
      queues,
      sum((one) => one.queuedBytes),
      of({ queue: "write" }),
    );
    result.observe(
      queues,
      sum((one) => one.inboxBytes),
      of({ queue: "inbox" }),
    );
    result.observe(pauses, total.pauses, attributes);
    result.observe(pauseTime, total.pausedTime / 1000, attributes);
    result.observe(messages, total.messagesSent, sent);
    result.observe(messages, total.messagesReceived, received);
    result.observe(bytes, total.bytesSent, sent);
    result.observe(bytes, total.bytesReceived, received);
  };
  made.addBatchObservableCallback(observe, all);
  return {
    [Symbol.dispose]() {
      made.removeBatchObservableCallback(observe, all);
    },
  };
}
