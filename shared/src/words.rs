//! Enums whose values are words in what is stored and sent. A newer version may add one: this version keeps the word as it
//! is, shows it and writes it back, so that going back a version makes nothing unreadable.

use std::fmt;

use serde::de::{Deserializer, Error, Visitor};

/// A word that this version does not know.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word {
    bytes: [u8; Self::MOST],
    length: u8,
}

impl Word {
    /// The longest word in bytes.
    pub const MOST: usize = 39;

    /// Keeps a word; none that is longer than any of ours.
    pub fn new(word: &str) -> Option<Self> {
        let mut bytes = [0; Self::MOST];
        bytes
            .get_mut(..word.len())?
            .copy_from_slice(word.as_bytes());
        let length = u8::try_from(word.len()).ok()?;
        Some(Self { bytes, length })
    }

    /// The word.
    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.length));
        std::str::from_utf8(bytes.unwrap_or_default()).unwrap_or_default()
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), formatter)
    }
}

/// Reads the value of a word.
struct Reader<T>(fn(&str) -> Option<T>);

impl<T> Visitor<'_> for Reader<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a word")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<T, E> {
        (self.0)(word).ok_or_else(|| E::custom("the word is too long"))
    }
}

pub(crate) fn read<'de, T, D: Deserializer<'de>>(
    deserializer: D,
    of: fn(&str) -> Option<T>,
) -> Result<T, D::Error> {
    deserializer.deserialize_str(Reader(of))
}

/// Makes an enum of words, with `Other` for a word of a newer version.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$of])* $variant,)*
            /// A word of a newer version.
            Other($crate::words::Word),
        }

        impl $name {
            /// The word, as it is stored and sent.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)*
                    Self::Other(word) => word.as_str(),
                }
            }

            /// The value of a word; none of a word that is longer than any.
            pub fn read(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)*
                    _ => $crate::words::Word::new(word).map(Self::Other),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::words::read(deserializer, Self::read)
            }
        }
    };
}
pub(crate) use words;

#[cfg(test)]
mod tests {
    use crate::record::{DirectoryStatus, Visibility};

    #[test]
    fn a_word_is_read_and_written_as_it_is_known_or_not() {
        for (text, status) in [
            (
                "\"invalid_structure\"",
                Some(DirectoryStatus::InvalidStructure),
            ),
            ("\"quarantined\"", None),
            ("\"\"", None),
        ] {
            let read: DirectoryStatus = serde_json::from_str(text).expect("a word");
            assert_eq!(matches!(read, DirectoryStatus::Other(_)), status.is_none());
            assert!(status.is_none_or(|status| status == read));
            assert_eq!(serde_json::to_string(&read).expect("a word"), text);
        }
        let escaped: Visibility = serde_json::from_str(r#""pub\u006cic""#).expect("a word");
        assert_eq!(escaped, Visibility::Public);
        for wrong in ["1", "null", &format!("\"{}\"", "a".repeat(40))] {
            assert!(serde_json::from_str::<Visibility>(wrong).is_err());
        }
    }
}
