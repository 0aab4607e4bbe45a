//! The little HTTP that the fake GitHub speaks.

use crate::fake_github::TOKEN;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// Status, headers, content.
pub(crate) type Reply = (u16, Vec<(String, String)>, Value);

/// A request that was read.
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) authorized: bool,
    pub(crate) body: Value,
}

/// Reads a request; `None` where it breaks off.
pub(crate) fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut parts = line.split_whitespace();
    let (method, target) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    let (mut length, mut authorized) = (0, false);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let header = header.trim();
        if header.is_empty() {
            break;
        }
        let (name, value) = header.split_once(':')?;
        match name.to_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "authorization" => authorized = value.trim() == format!("Bearer {TOKEN}"),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    Some(Request {
        method,
        path: path.strip_prefix("/api/v3").unwrap_or(path).to_owned(),
        query: query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.replace("%3A", ":")))
            .collect(),
        authorized,
        body: serde_json::from_slice(&body).unwrap_or(Value::Null),
    })
}

/// Writes an answer, or half of it.
pub(crate) fn write(stream: &mut TcpStream, reply: &Reply, date: &str, half: bool) -> Option<()> {
    let (status, headers, body) = reply;
    let text = if *status == 204 {
        String::new()
    } else {
        body.to_string()
    };
    let mut lines: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    lines.push_str(&format!("date: {date}\r\n"));
    let shown = if half { &text[..text.len() / 2] } else { &text };
    raw(stream, *status, &lines, shown, text.len())
}

/// Writes an answer as it is; `length` may promise more than comes.
pub(crate) fn raw(
    stream: &mut TcpStream,
    status: u16,
    headers: &str,
    body: &str,
    length: usize,
) -> Option<()> {
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n"
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(body.as_bytes()).ok()?;
    stream.flush().ok()
}
