import type { OutputUnit } from "@cfworker/json-schema";
import type { StandardSchemaIssue } from "../declare/standard_schema.ts";

/**
 * The errors that have no other one as their reason.
 *
 * The library puts the reasons of an error right behind it. So only the next one has to
 * be looked at: a list can have as many errors as it has items.
 */
export function issuesOf(errors: readonly OutputUnit[]): StandardSchemaIssue[] {
  return errors
    .filter((error, index) => !isReason(errors[index + 1], error))
    .map(({ error, instanceLocation }) => ({
      message: error,
      path: pathOf(instanceLocation),
    }));
}

function isReason(next: OutputUnit | undefined, error: OutputUnit): boolean {
  return next !== undefined &&
    next.keywordLocation.startsWith(`${error.keywordLocation}/`) &&
    next.instanceLocation.startsWith(error.instanceLocation);
}

/** The steps of a JSON Pointer such as `#/frames/0`. */
function pathOf(pointer: string): PropertyKey[] {
  return pointer.split("/").slice(1).map((step) => {
    const key = decodeURIComponent(step).replaceAll("~1", "/")
      .replaceAll("~0", "~");
    return /^\d+$/.test(key) ? Number(key) : key;
  });
}
