//! Heads of HTTP/1 messages, byte for byte as they came but for what concerns the connection.
//!
//! Nothing is decoded: a `Set-Cookie` line with odd bytes must reach the browser as the server sent it.

use tokio::io::{AsyncRead, AsyncReadExt};

/// Longest head taken: 180 cookies of 4 KiB and some.
const MAX_HEAD: usize = 1 << 20;

/// A head and what was read beyond it.
pub(super) struct Head {
    /// With the empty line at its end.
    pub(super) bytes: Vec<u8>,
    /// The beginning of the body.
    pub(super) rest: Vec<u8>,
}

/// Reads up to the empty line; `None` where there is none within the limit or before the end.
pub(super) async fn read(stream: &mut (impl AsyncRead + Unpin), begun: Vec<u8>) -> std::io::Result<Option<Head>> {
    let mut bytes = begun;
    let mut searched = 0;
    loop {
        if let Some(end) = end_of(&bytes, searched) {
            let rest = bytes.split_off(end);
            return Ok(Some(Head { bytes, rest }));
        }
        searched = bytes.len().saturating_sub(3);
        if bytes.len() > MAX_HEAD || stream.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    }
}

/// Where the body begins: after an empty line, by whichever line ends.
fn end_of(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let plain = rest.windows(2).position(|two| two == b"\n\n").map(|at| from + at + 2);
    let full = rest.windows(3).position(|three| three == b"\n\r\n").map(|at| from + at + 3);
    plain.into_iter().chain(full).min()
}

impl Head {
    /// Its first line, without its end.
    pub(super) fn first_line(&self) -> &[u8] {
        let line = self.bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        line.strip_suffix(b"\r").unwrap_or(line)
    }

    /// Header lines with their ends.
    fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.bytes.split_inclusive(|byte| *byte == b'\n').skip(1)
    }

    /// The first value of a header, as text.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        let line = self.lines().find(|line| is(line, name))?;
        Some(String::from_utf8_lossy(line.get(name.len() + 1..)?).trim().to_owned())
    }

    /// The same head with another first line, that ends the connection with this message.
    pub(super) fn closing(&self, first_line: &[u8]) -> Vec<u8> {
        const HOP: [&str; 4] = ["connection", "proxy-connection", "keep-alive", "proxy-authorization"];
        let mut made = [first_line, b"\r\n"].concat();
        for line in self.lines() {
            let empty = matches!(line, b"\n" | b"\r\n");
            if !empty && !HOP.iter().any(|name| is(line, name)) {
                made.extend_from_slice(line);
            }
        }
        made.extend_from_slice(b"Connection: close\r\n\r\n");
        made
    }
}

fn is(line: &[u8], name: &str) -> bool {
    line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
        && line.get(name.len()) == Some(&b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_head_keeps_its_bytes() {
        let mut from: &[u8] = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=\xff\x01;x\r\nconnection: keep-alive\r\n\r\nbody";
        let head = read(&mut from, Vec::new()).await.unwrap().unwrap();
        // How much of the body came with the head is the reader's luck; none of it is lost.
        assert_eq!([head.rest.as_slice(), from].concat(), b"body");
        let closing = head.closing(head.first_line());
        assert_eq!(closing, b"HTTP/1.1 200 OK\r\nSet-Cookie: a=\xff\x01;x\r\nConnection: close\r\n\r\n");
        let mut bare: &[u8] = b"HTTP/1.1 200 OK\nX-A:  1 \n\nb";
        let head = read(&mut bare, Vec::new()).await.unwrap().unwrap();
        assert_eq!((head.value("x-a").as_deref(), head.rest.as_slice()), (Some("1"), b"b".as_slice()));
    }

    #[tokio::test]
    async fn no_head_without_an_end() {
        let mut short: &[u8] = b"GET / HTTP/1.1\r\nHost: a";
        assert!(read(&mut short, Vec::new()).await.unwrap().is_none());
        let endless = vec![b'x'; MAX_HEAD + 10_000];
        assert!(read(&mut endless.as_slice(), Vec::new()).await.unwrap().is_none());
    }
}
