//! An interface as a Rust program would declare it, for the reader's tests.
//! In a comment, `interface! { pub interface Nothing {} }` is no interface.

use serde::{Deserialize, Serialize};

/* Block comments /* within each other */ are skipped: interface! { */

fizyr_rpc::interface! {
	/// What one can do in a supermarket.
	pub interface Supermarket {
		/// Says hello to the cashier.
		///
		/// The cashier says hello too.
		service 1 greet_cashier: String -> String,

		/// Buys tomatoes.
		///
		///  * first comes the price
		///  * then the money
		service 2 buy_tomatoes: BuyTomatoesRequest -> BuyTomatoesResponse {
			/// What it costs.
			response_update 1 price: Price,

			/// The money.
			request_update 1 pay: Payment,

			/// For those who have none.
			request_update 2 run_away: (),
		}

		/// Says something that nobody answers.
		stream 1 mutter: String,
	}
}

#[derive(Serialize, Deserialize)]
pub struct BuyTomatoesRequest {
	pub amount: usize,
}

pub const TEXT: &str = "interface! { not in a string }";
