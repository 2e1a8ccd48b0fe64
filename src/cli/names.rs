//! Lines from a stream that may hold anything: endless lines, bytes that are no text, the encodings of Windows.

use std::io::{self, BufRead};

/// Bytes of a line that are kept; what follows is read and left out, so that memory stays bounded. A processor's name
/// has 48 at most.
const LONGEST: usize = 4_096;

/// How the bytes are to be read, by the mark at the start of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    /// What `>` and `|` of Windows PowerShell write.
    Utf16 {
        big_endian: bool,
    },
}

/// Reads lines.
#[derive(Debug)]
pub struct Lines<R> {
    input: R,
    encoding: Option<Encoding>,
    bytes: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    /// Of this stream.
    pub fn new(input: R) -> Self {
        Self {
            input,
            encoding: None,
            bytes: Vec::with_capacity(128),
        }
    }

    /// The next line without its end; none at the end of the stream. Bytes that are no text become U+FFFD, characters
    /// that steer a terminal stay for the reader to mask.
    ///
    /// # Errors
    /// When the stream cannot be read.
    pub fn next(&mut self) -> io::Result<Option<String>> {
        let encoding = match self.encoding {
            Some(encoding) => encoding,
            None => self.begin()?,
        };
        self.bytes.clear();
        if !self.fill(encoding)? {
            return Ok(None);
        }
        let mut line = match encoding {
            Encoding::Utf8 => String::from_utf8_lossy(&self.bytes).into_owned(),
            Encoding::Utf16 { big_endian } => {
                let units: Vec<u16> = self
                    .bytes
                    .as_chunks::<2>()
                    .0
                    .iter()
                    .map(|pair| {
                        if big_endian {
                            u16::from_be_bytes(*pair)
                        } else {
                            u16::from_le_bytes(*pair)
                        }
                    })
                    .collect();
                String::from_utf16_lossy(&units)
            }
        };
        while line.ends_with(['\n', '\r']) {
            line.pop();
        }
        Ok(Some(line))
    }

    /// Whether a whole line may be had without waiting for the sender.
    pub fn has_more(&mut self) -> bool
    where
        R: Buffered,
    {
        self.input.holds_line()
    }

    fn begin(&mut self) -> io::Result<Encoding> {
        let start = self.input.fill_buf()?;
        let (mark, encoding) = match start {
            [0xef, 0xbb, 0xbf, ..] => (3, Encoding::Utf8),
            [0xff, 0xfe, ..] => (2, Encoding::Utf16 { big_endian: false }),
            [0xfe, 0xff, ..] => (2, Encoding::Utf16 { big_endian: true }),
            _ => (0, Encoding::Utf8),
        };
        self.input.consume(mark);
        self.encoding = Some(encoding);
        Ok(encoding)
    }

    /// Reads up to the end of the line. False when nothing was left.
    fn fill(&mut self, encoding: Encoding) -> io::Result<bool> {
        // Where the next byte stands in the line, to find the pairs of UTF-16.
        let mut at = 0_usize;
        let mut last = 0_u8;
        loop {
            let chunk = match self.input.fill_buf() {
                Ok(chunk) => chunk,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
            if chunk.is_empty() {
                return Ok(at > 0);
            }
            let end = match encoding {
                Encoding::Utf8 => chunk.iter().position(|b| *b == b'\n'),
                Encoding::Utf16 { big_endian } => {
                    let mut before = last;
                    chunk.iter().enumerate().position(|(i, byte)| {
                        let pair = if big_endian {
                            (before, *byte)
                        } else {
                            (*byte, before)
                        };
                        before = *byte;
                        // The second byte of a pair.
                        (at + i) % 2 == 1 && pair == (0, b'\n')
                    })
                }
            };
            let taken = end.map_or(chunk.len(), |end| end + 1);
            let room = LONGEST.saturating_sub(self.bytes.len()).min(taken);
            self.bytes
                .extend_from_slice(chunk.get(..room).unwrap_or_default());
            last = chunk.get(taken - 1).copied().unwrap_or(0);
            at += taken;
            self.input.consume(taken);
            if end.is_some() {
                return Ok(true);
            }
        }
    }
}

/// A buffered stream that can say what it holds already.
pub trait Buffered {
    /// Whether a line's end stands in the buffer.
    fn holds_line(&self) -> bool;
}

impl<T: io::Read> Buffered for io::BufReader<T> {
    fn holds_line(&self) -> bool {
        self.buffer().contains(&b'\n')
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use proptest::prelude::*;

    use super::*;

    fn all(bytes: &[u8], capacity: usize) -> Vec<String> {
        let mut lines = Lines::new(BufReader::with_capacity(capacity, bytes));
        let mut out = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            out.push(line);
        }
        out
    }

    #[test]
    fn ends_of_lines_and_marks() {
        assert_eq!(all(b"\xef\xbb\xbfa\r\n\nb", 64), ["a", "", "b"]);
        assert_eq!(all(b"", 64), Vec::<String>::new());
        assert_eq!(all(b"\n", 64), [""]);
        assert_eq!(all(b"a\xff\n", 64), ["a\u{fffd}"]);
    }

    #[test]
    fn windows_powershell_writes_utf_16() {
        for big_endian in [false, true] {
            let bytes: Vec<u8> = "\u{feff}i5-8500\r\n\u{a0a}N100\r\n"
                .encode_utf16()
                .flat_map(|unit| {
                    if big_endian {
                        unit.to_be_bytes()
                    } else {
                        unit.to_le_bytes()
                    }
                })
                .collect();
            for capacity in [3, 4, 7, 64] {
                assert_eq!(
                    all(&bytes, capacity),
                    ["i5-8500", "\u{a0a}N100"],
                    "{big_endian} {capacity}"
                );
            }
        }
    }

    #[test]
    fn endless_lines_are_cut() {
        let mut bytes = vec![b'x'; 1 << 20];
        bytes.extend(b"\nN100");
        let lines = all(&bytes, 8_192);
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].len(), LONGEST);
        assert_eq!(lines[1], "N100");
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300), capacity in 3_usize..40) {
            let _ = all(&bytes, capacity);
        }
    }
}
