import { body, defineInterface } from "../../../interface/mod.ts";

export interface BuyTomatoesRequest {
  amount: number;
}

/** `BuyTomatoesResponse` of Rust: to be filled in. */
export type BuyTomatoesResponse = unknown;

/** `Payment` of Rust: to be filled in. */
export type Payment = unknown;

/** `Price` of Rust: to be filled in. */
export type Price = unknown;

export const Supermarket = defineInterface({
  name: "Supermarket",
  doc: "What one can do in a supermarket.",
  services: {
    greetCashier: {
      id: 1,
      doc: "Says hello to the cashier.\n\nThe cashier says hello too.",
      request: body<string>("String"),
      response: body<string>("String"),
    },
    buyTomatoes: {
      id: 2,
      doc: "Buys tomatoes.\n\n * first comes the price\n * then the money",
      request: body<BuyTomatoesRequest>("BuyTomatoesRequest"),
      response: body<BuyTomatoesResponse>("BuyTomatoesResponse"),
      requestUpdates: {
        pay: {
          id: 1,
          doc: "The money.",
          body: body<Payment>("Payment"),
        },
        runAway: {
          id: 2,
          doc: "For those who have none.",
        },
      },
      responseUpdates: {
        price: {
          id: 1,
          doc: "What it costs.",
          body: body<Price>("Price"),
        },
      },
    },
  },
  streams: {
    mutter: {
      id: 1,
      doc: "Says something that nobody answers.",
      body: body<string>("String"),
    },
  },
});
