import { RpcError } from "../../../mod.ts";

/** Bytes. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Something that takes bytes from elsewhere. */
export interface Target {
  readonly name: string;
  /** What it takes as it should be: mutations begin with these. */
  readonly corpus: readonly Bytes[];
  /** Whether what it takes is JSON, whose values are mutated then, and not only its bytes. */
  readonly isJson?: boolean;
  /** Whether an input takes long. */
  readonly isSlow?: boolean;
  /** Pieces that mean something to it. */
  readonly words: readonly Bytes[];
  /**
   * Gives it an input. Resolves to what came of it, in a word: the code of an error, or
   * "taken".
   *
   * @throws If it does what it must not: what it throws is no error that it documents,
   * or something is left.
   */
  run(input: Bytes): string | Promise<string>;
  /** Looks, after many inputs, whether it still does what it should, and lets it go. */
  end?(): Promise<void>;
}

const encoder = new TextEncoder();

/** A text as bytes. */
export function textBytes(text: string): Bytes {
  return encoder.encode(text);
}

/** The text of an input; bytes that are none become U+FFFD. */
export function inputText(input: Bytes): string {
  return new TextDecoder().decode(input);
}

/** Runs what throws nothing but RpcErrors of some codes, and gives what came of it. */
export function codeOf(run: () => unknown, codes: readonly string[]): string {
  try {
    run();
    return "taken";
  } catch (error) {
    return documented(error, codes);
  }
}

/** The code of an error, which must be one of these; else it is thrown again. */
export function documented(error: unknown, codes: readonly string[]): string {
  if (error instanceof RpcError && codes.includes(error.code)) {
    return error.code;
  }
  throw error;
}
