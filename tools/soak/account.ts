import { RpcError } from "../../mod.ts";

/** What became of the requests of a client. */
export interface Account {
  /** The requests that were begun. */
  readonly sent: number;
  /** Those that got the response that they had to get. */
  readonly answered: number;
  /** Those that failed, by code and outcome. */
  readonly failed: Readonly<Record<string, number>>;
  /** Those that got something else, by what it was. */
  readonly wrong: Readonly<Record<string, number>>;
}

/** Keeps an account of requests: each one ends as exactly one thing. */
export class Accounting {
  #sent = 0;
  #answered = 0;
  readonly #failed: Record<string, number> = {};
  readonly #wrong: Record<string, number> = {};

  /** A request, which is to end with a value that `isRight` accepts, or with an `RpcError`. */
  async request<T>(
    run: () => Promise<T>,
    isRight: (value: T) => boolean,
  ): Promise<void> {
    this.#sent++;
    try {
      const value = await run();
      if (isRight(value)) this.#answered++;
      else count(this.#wrong, `${value}`.slice(0, 80));
    } catch (error) {
      if (error instanceof RpcError) {
        count(this.#failed, `${error.code}, ${error.outcome}`);
      } else count(this.#wrong, `${error}`);
    }
  }

  /** How it stands. */
  get account(): Account {
    return {
      sent: this.#sent,
      answered: this.#answered,
      failed: this.#failed,
      wrong: this.#wrong,
    };
  }
}

/** How many requests of an account have ended. */
export function ended({ answered, failed, wrong }: Account): number {
  return [failed, wrong].flatMap((counts) => Object.values(counts))
    .reduce((sum, n) => sum + n, answered);
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
