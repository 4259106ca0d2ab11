/** What is said besides of a span or a figure, by name. */
export type ExtraAttributes = Readonly<
  Record<string, string | number | boolean>
>;

/** The options of `traceCalls` and `traceHandlers`. */
export interface TraceOptions {
  /** Attributes of each span and of each duration, besides those of the conventions. */
  attributes?: ExtraAttributes | undefined;
}
