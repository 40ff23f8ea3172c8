//! PDF: its text by `pdf-extract`, on a thread of its own, since hostile files may make it panic or run on.

use std::io::Read;
use std::sync::mpsc;
use std::time::Duration;

use flate2::read::ZlibDecoder;

/// Larger files are not looked at.
const LARGEST: usize = 32 << 20;
/// Most that the streams of one file may unpack to, all together: the reader itself knows no limit.
const LARGEST_UNPACKED: u64 = 256 << 20;
/// Files packed by the older method, which is not looked into, may be this large.
const LARGEST_LZW: usize = 256 << 10;
const STACK: usize = 16 << 20;
const PATIENCE: Duration = Duration::from_secs(20);

/// The text of a PDF, or why there is none.
pub(super) fn text(bytes: &[u8]) -> Result<String, String> {
    if bytes.len() > LARGEST {
        return Err(format!("the PDF is larger than {} MB", LARGEST >> 20));
    }
    if unpacks_to_more(bytes, LARGEST_UNPACKED) || (bytes.len() > LARGEST_LZW && contains(bytes, b"/LZW")) {
        return Err("the PDF unpacks to far more than any policy".to_owned());
    }
    let (send, receive) = mpsc::channel();
    let bytes = bytes.to_vec();
    let work = move || {
        let read = std::panic::catch_unwind(|| pdf_extract::extract_text_from_mem(&bytes));
        // Nobody may be waiting any more.
        let _ = send.send(read);
    };
    std::thread::Builder::new()
        .stack_size(STACK)
        .name("pdf".to_owned())
        .spawn(work)
        .map_err(|e| format!("no thread to read the PDF: {e}"))?;
    match receive.recv_timeout(PATIENCE) {
        Ok(Ok(Ok(text))) if text.chars().any(char::is_alphabetic) => Ok(text),
        Ok(Ok(Ok(_))) => Err("the PDF holds no text, perhaps only pictures of it".to_owned()),
        Ok(Ok(Err(error))) => Err(format!("the PDF cannot be read: {error}")),
        Ok(Err(_)) => Err("the PDF is broken".to_owned()),
        Err(_) => Err("the PDF takes too long to read".to_owned()),
    }
}

fn contains(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|part| part == words)
}

/// Whether the packed streams hold more than `room`, also those that are packed twice.
fn unpacks_to_more(bytes: &[u8], room: u64) -> bool {
    const WORD: &[u8] = b"stream";
    let begins = bytes.windows(WORD.len()).enumerate().filter(|(_, part)| *part == WORD).map(|(at, _)| at + WORD.len());
    let mut left = room;
    for at in begins {
        let rest = bytes.get(at..).unwrap_or_default();
        let lines = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let packed = rest.get(lines..).unwrap_or_default();
        if packed.first().is_none_or(|first| first & 0x0f != 8) {
            continue;
        }
        let once = unpacked(ZlibDecoder::new(packed), left);
        let twice = if once > 0 { unpacked(ZlibDecoder::new(ZlibDecoder::new(packed)), left) } else { 0 };
        if once.max(twice) >= left {
            return true;
        }
        left -= once.max(twice);
    }
    false
}

/// How much comes out, counted up to a limit; what breaks off counts as far as it goes.
fn unpacked(from: impl Read, limit: u64) -> u64 {
    let (mut from, mut chunk, mut count) = (from.take(limit), vec![0; 1 << 16], 0);
    while let Ok(read) = from.read(&mut chunk) {
        if read == 0 {
            break;
        }
        count += read as u64;
    }
    count
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn file(streams: &[Vec<u8>]) -> Vec<u8> {
        let mut file = b"%PDF-1.7\n".to_vec();
        for stream in streams {
            file.extend_from_slice(b"1 0 obj << /Filter /FlateDecode >> stream\r\n");
            file.extend_from_slice(stream);
            file.extend_from_slice(b"\nendstream endobj\n");
        }
        file
    }

    #[test]
    fn bombs_are_told_by_all_their_streams_together() {
        let room = 1 << 20;
        let small = packed(&[b'x'; 1000]);
        assert!(!unpacks_to_more(&file(&[small.clone(), small]), room));
        let half = packed(&vec![0; 600_000]);
        assert!(!unpacks_to_more(&file(std::slice::from_ref(&half)), room));
        assert!(unpacks_to_more(&file(&[half.clone(), half]), room));
        assert!(unpacks_to_more(&file(&[packed(&packed(&vec![0; 2_000_000]))]), room), "packed twice");
        assert!(!unpacks_to_more(b"%PDF stream\nnot packed at all endstream", room));
    }

    #[test]
    fn any_bytes_are_read_or_refused() {
        for bytes in
            [&b"%PDF-1.7"[..], b"", b"stream", b"%PDF-1.4\nxref\n0 99999999999\ntrailer<</Root 1 0 R>>\nstartxref\n9"]
        {
            assert!(text(bytes).is_err());
        }
    }
}
