import type {
  StandardSchemaIssue,
  StandardSchemaResult,
} from "../declare/standard_schema.ts";
import { placeText } from "../formats/value_error.ts";

/** How many issues the text of an error names. */
const NAMED = 3;

/** A schema has refused the body of a message. */
export class ValidationError extends Error {
  /** Always `"ValidationError"`. */
  override readonly name: string = "ValidationError";
  /** What the schema found. */
  readonly issues: readonly StandardSchemaIssue[];

  /** Puts the first issues into the text. */
  constructor(issues: readonly StandardSchemaIssue[]) {
    const texts = issues.slice(0, NAMED).map(describe);
    const more = issues.length - NAMED;
    if (more > 0) texts.push(`and ${more} more`);
    super(texts.join("; "));
    this.issues = issues;
  }
}

/** An issue with the place that it is about, as in `frames[0].width: too small`. */
function describe({ message, path }: StandardSchemaIssue): string {
  const place = placeText(
    (path ?? []).map((step) => typeof step === "object" ? step.key : step),
  );
  return place === "" ? message : `${place}: ${message}`;
}

/**
 * The value that a schema gives.
 *
 * @throws {ValidationError} What it has found.
 */
export function checkedValue(result: StandardSchemaResult<unknown>): unknown {
  if (result.issues !== undefined) throw new ValidationError(result.issues);
  return result.value;
}
