//! A camera, with everything that the grammar has.

use fizyr_rpc::interface;

interface! {
	#[doc = " A camera that records."]
	#[hidden]
	pub(crate) interface Camera {
		service 1 record: RecordRequest<'static> -> Result<(), RecordError> {
			/// Stops a recording.
			request_update 1 cancel: (),
			request_update 0x10 set_exposure: Option<f64>,
			/** Where it is. */
			response_update 1 state: RecordState,
			response_update 2i32 image: RawBytes
		},

		#[hidden]
		service -2_000 get_2d_size: () -> (u32, u32),

		service 3 r#type: &'static str -> Vec<HashMap<String, Box<dyn Fn(i32) -> i32 + Send>>>,

		service 4 grab: () -> RawBody,

		stream 1 temperature: f32,
		stream 2 histogram: [u64; 256],
	}
}
