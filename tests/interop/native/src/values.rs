//! Values of serde in the formats of typed interfaces.
//!
//! Each line on stdin is `FORMAT TYPE BODY`, the body in hexadecimal. It is read as
//! the type, and what serde writes of that value is a line on stdout: `ok BODY`, or
//! `refused` and why.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

#[derive(Serialize, Deserialize)]
struct Unit;

#[derive(Serialize, Deserialize)]
struct Newtype(u64);

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pose {
    frame_number: u64,
    #[serde(rename = "label")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    points: Vec<f64>,
}

#[derive(Serialize, Deserialize)]
enum External {
    Idle,
    Moving(u64),
    Failed { code: i32 },
    Line(u32, String),
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type")]
enum Internal {
    Idle,
    Moving { to: u64 },
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", content = "value")]
enum Adjacent {
    Idle,
    Moving(u64),
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(u64),
    Text(String),
}

#[derive(Serialize, Deserialize)]
struct Flat {
    id: u64,
    #[serde(flatten)]
    rest: BTreeMap<String, u64>,
}

/// Answers each line, until there are no more.
pub fn run() {
    for line in std::io::stdin().lines() {
        let line = line.expect("stdin can be read");
        match answer(&line) {
            Ok(data) => println!("ok {}", to_hex(&data)),
            Err(error) => println!("refused {}", error.replace('\n', " ")),
        }
    }
}

fn answer(line: &str) -> Result<Vec<u8>, String> {
    let mut words = line.split(' ');
    let (Some(format), Some(name), Some(body)) = (words.next(), words.next(), words.next()) else {
        return Err("a line is FORMAT TYPE BODY".into());
    };
    let data = from_hex(body)?;
    match name {
        "u8" => again::<u8>(format, &data),
        "u32" => again::<u32>(format, &data),
        "u64" => again::<u64>(format, &data),
        "u128" => again::<u128>(format, &data),
        "i32" => again::<i32>(format, &data),
        "i64" => again::<i64>(format, &data),
        "i128" => again::<i128>(format, &data),
        "f32" => again::<f32>(format, &data),
        "f64" => again::<f64>(format, &data),
        "bool" => again::<bool>(format, &data),
        "char" => again::<char>(format, &data),
        "String" => again::<String>(format, &data),
        "()" => again::<()>(format, &data),
        "Option<u64>" => again::<Option<u64>>(format, &data),
        "Vec<u8>" => again::<Vec<u8>>(format, &data),
        "Vec<f64>" => again::<Vec<f64>>(format, &data),
        "ByteBuf" => again::<ByteBuf>(format, &data),
        "(u32,String)" => again::<(u32, String)>(format, &data),
        "BTreeMap<String,u64>" => again::<BTreeMap<String, u64>>(format, &data),
        "BTreeMap<u64,u64>" => again::<BTreeMap<u64, u64>>(format, &data),
        "BTreeMap<i64,u64>" => again::<BTreeMap<i64, u64>>(format, &data),
        "BTreeMap<bool,u64>" => again::<BTreeMap<bool, u64>>(format, &data),
        "BTreeMap<char,u64>" => again::<BTreeMap<char, u64>>(format, &data),
        "Duration" => again::<Duration>(format, &data),
        "Unit" => again::<Unit>(format, &data),
        "Newtype" => again::<Newtype>(format, &data),
        "Pose" => again::<Pose>(format, &data),
        "External" => again::<External>(format, &data),
        "Internal" => again::<Internal>(format, &data),
        "Adjacent" => again::<Adjacent>(format, &data),
        "Untagged" => again::<Untagged>(format, &data),
        "Flat" => again::<Flat>(format, &data),
        _ => Err(format!("there is no type {name}")),
    }
}

/// Reads a value, and writes it again.
fn again<T: Serialize + DeserializeOwned>(format: &str, data: &[u8]) -> Result<Vec<u8>, String> {
    match format {
        "JSON" => {
            let value: T = serde_json::from_slice(data).map_err(text)?;
            serde_json::to_vec(&value).map_err(text)
        }
        "MessagePack" => {
            let value: T = rmp_serde::from_slice(data).map_err(text)?;
            rmp_serde::to_vec_named(&value).map_err(text)
        }
        "CBOR" => {
            let value: T = ciborium::from_reader(data).map_err(text)?;
            let mut written = Vec::new();
            ciborium::into_writer(&value, &mut written).map_err(text)?;
            Ok(written)
        }
        _ => Err(format!("there is no format {format}")),
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn to_hex(data: &[u8]) -> String {
    data.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string can be written to");
        hex
    })
}

fn from_hex(hex: &str) -> Result<Vec<u8>, String> {
    (0..hex.len())
        .step_by(2)
        .map(|index| u8::from_str_radix(&hex[index..index + 2], 16).map_err(text))
        .collect()
}
