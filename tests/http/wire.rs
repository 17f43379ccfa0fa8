//! Raw sockets for what no polite client sends: bytes as they are, and a WebSocket client of a few lines.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// Sends bytes and reads until the server closes or falls silent.
pub fn exchange(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    // A server that refuses early may close while we still write.
    let _ = stream.write_all(bytes);
    rest(stream)
}

/// The same, with this side of the connection closed once all is sent.
pub fn exchange_half_closed(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(bytes).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    rest(stream)
}

fn rest(mut stream: TcpStream) -> String {
    stream.set_read_timeout(Some(Duration::from_millis(1_500))).unwrap();
    let mut answer = Vec::new();
    let mut part = [0; 4096];
    while let Ok(length @ 1..) = stream.read(&mut part) {
        answer.extend_from_slice(&part[..length]);
        if answer.len() > 65_536 {
            break;
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// The status of a raw answer.
pub fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}

pub struct Socket {
    stream: TcpStream,
}

#[derive(Debug, PartialEq)]
pub enum Frame {
    Text(Value),
    Close(u16),
    Gone,
}

impl Socket {
    /// Opens a socket; gives the whole answer when it is refused.
    pub fn open(address: SocketAddr, headers: &str) -> Result<Socket, String> {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let head = format!(
            "GET /graphql HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let mut byte = [0];
        while !answer.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
            answer.push(byte[0]);
        }
        let answer = String::from_utf8(answer).unwrap();
        // Python's `gql` looks for the name in these very letters.
        let speaks = headers.contains("graphql-transport-ws") && status(&answer) == 101;
        assert_eq!(answer.contains("\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n"), speaks, "{answer}");
        if status(&answer) == 101 { Ok(Socket { stream }) } else { Err(answer) }
    }

    /// Opens a socket that speaks the protocol.
    pub fn plain(address: SocketAddr) -> Socket {
        Socket::open(address, "Sec-WebSocket-Protocol: graphql-transport-ws\r\n").unwrap()
    }

    /// Opens a socket and initialises it.
    pub fn ready(address: SocketAddr) -> Socket {
        let mut socket = Socket::plain(address);
        socket.say(r#"{"type":"connection_init"}"#);
        assert_eq!(socket.hear(), Frame::Text(serde_json::json!({ "type": "connection_ack" })));
        socket
    }

    pub fn say(&mut self, text: &str) {
        self.frame(0x81, text.as_bytes());
    }

    pub fn frame(&mut self, first: u8, payload: &[u8]) {
        let mut frame = vec![first];
        match payload.len() {
            0..126 => frame.push(0x80 | payload.len() as u8),
            126..65_536 => {
                frame.push(0x80 | 126);
                frame.extend_from_slice(&(payload.len() as u16).to_be_bytes());
            }
            _ => {
                frame.push(0x80 | 127);
                frame.extend_from_slice(&(payload.len() as u64).to_be_bytes());
            }
        }
        // A mask of zeros leaves the payload as it is.
        frame.extend_from_slice(&[0; 4]);
        frame.extend_from_slice(payload);
        let _ = self.stream.write_all(&frame);
    }

    pub fn subscribe(&mut self, id: &str, query: &str) {
        let payload = serde_json::json!({ "query": query });
        self.say(&serde_json::json!({ "type": "subscribe", "id": id, "payload": payload }).to_string());
    }

    /// The next text or close; pings are passed over.
    pub fn hear(&mut self) -> Frame {
        loop {
            let mut head = [0; 2];
            if self.stream.read_exact(&mut head).is_err() {
                return Frame::Gone;
            }
            let length = match head[1] & 0x7f {
                126 => {
                    let mut bytes = [0; 2];
                    self.stream.read_exact(&mut bytes).unwrap();
                    usize::from(u16::from_be_bytes(bytes))
                }
                127 => {
                    let mut bytes = [0; 8];
                    self.stream.read_exact(&mut bytes).unwrap();
                    u64::from_be_bytes(bytes) as usize
                }
                short => usize::from(short),
            };
            let mut payload = vec![0; length];
            self.stream.read_exact(&mut payload).unwrap();
            match head[0] & 0x0f {
                1 => return Frame::Text(serde_json::from_slice(&payload).unwrap()),
                8 => {
                    return Frame::Close(payload.get(..2).map_or(1005, |code| u16::from_be_bytes([code[0], code[1]])));
                }
                _ => {}
            }
        }
    }

    pub fn text(&mut self) -> Value {
        match self.hear() {
            Frame::Text(value) => value,
            other => panic!("expected a text: {other:?}"),
        }
    }
}
