import type { Interceptor } from "../../../interface/mod.ts";

/** Tries again until it succeeds, five times at most. */
export const retry: Interceptor = async (_call, next) => {
  for (let retries = 0;; retries++) {
    try {
      return await next();
    } catch (error) {
      if (retries === 5) throw error;
    }
  }
};

/** Gives the number of the try, once two of them have failed. */
export function thirdTime(): () => string {
  let tries = 0;
  return () => {
    if (++tries < 3) throw new Error("not yet");
    return `try ${tries}`;
  };
}
