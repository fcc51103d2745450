//! Pairs in the parts of an address: `a=1&b=two%20words`.

/// The pairs of a query or a fragment, decoded, in their order.
pub fn pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (decode(key), decode(value)))
        .collect()
}

/// Takes percent-encoding back; what is none stays as it is.
pub fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let pair = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let byte = pair
            .and_then(|pair| std::str::from_utf8(pair).ok())
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        decoded.push(byte.unwrap_or(bytes[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::quote::url::path;

    #[test]
    fn what_is_encoded_reads_back() {
        let text = "a&b=ü %#+/";
        assert_eq!(decode(&path(text)), text);
        assert_eq!(decode("%zz%4"), "%zz%4");
        let read = pairs(&format!("x={}&&y&z=1", path(text)));
        assert_eq!(read, [("x".into(), text.into()), ("z".into(), "1".into())]);
    }
}
