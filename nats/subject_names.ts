/**
 * The subjects of an interface over NATS. `docs/protocol.md` says what goes over them.
 * All begin with a prefix, such as `cell.Camera`.
 */
export interface SubjectNames {
  /** Where requests for a service, and the messages of a stream, go. */
  member(name: string): string;
  /** Where a request for a service is cancelled. */
  cancel(name: string): string;
}

/** The subjects below a prefix. */
export function subjectNames(prefix: string): SubjectNames {
  return {
    member: (name) => `${prefix}.${name}`,
    cancel: (name) => `${prefix}.${name}.cancel`,
  };
}

/** What comes for a request besides its response, on subjects below its reply subject. */
export type ReplyPart =
  | { readonly kind: "response"; readonly id: number }
  | { readonly kind: "taken"; readonly id: number }
  | UpdatePart;

/** An update: which one of its direction it is, and its id. */
export interface UpdatePart {
  /** What it is. */
  readonly kind: "update";
  /** The request. */
  readonly id: number;
  /** Counts the updates of the request in this direction, from 0. */
  readonly number: number;
  /** The id of the update. */
  readonly serviceId: number;
}

/** What is behind the reply subject of a request, where an instance has taken it. */
export const TAKEN = "taken";

/** What is behind the subject of a request, where an update of it goes. */
export function updateSuffix(number: number, serviceId: number): string {
  return `${number}.${serviceId}`;
}

/** Reads what is behind an inbox; null if it is nothing of ours. */
export function readReplyPart(suffix: string): ReplyPart | null {
  const [first, second, third, more] = suffix.split(".");
  const id = Number(first);
  if (!Number.isInteger(id) || more !== undefined) return null;
  if (second === undefined) return { kind: "response", id };
  if (second === TAKEN) return { kind: "taken", id };
  const number = Number(second), serviceId = Number(third);
  if (!Number.isInteger(number) || !Number.isInteger(serviceId)) return null;
  return { kind: "update", id, number, serviceId };
}
